package org.transcriptpipeline.archive.access;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Writes down who read which conversation, in the transaction of the reading: a read that cannot be written down does
/// not happen. Rows are only added; the auditor reads them in the view `reads`.
@Component
public class ReadLog {

    private final JdbcTemplate jdbc;

    ReadLog(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// @param action what was done: lower-case letters and underscores, 50 at most
    /// @param conversationSid null: more than one of the account, as the detail says
    /// @param detail 200 characters at most, in our words; nothing of a person
    /// @throws org.springframework.dao.DataAccessException when it was not written; the transaction is not to be
    ///     committed then
    /// @throws IllegalStateException outside a transaction
    public void write(
            Reader reader,
            String action,
            String accountSid,
            @Nullable String conversationSid,
            @Nullable String detail) {
        requireTransaction();
        jdbc.update(
                """
                INSERT INTO store.reads (reader, team, via, action, account_sid, conversation_sid, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, reader.name(), reader.team(), reader.via().code(), action, accountSid, conversationSid, detail);
    }

    /// Several conversations by one statement: a page of an export has up to a thousand.
    ///
    /// @param accountSids the account of each conversation
    public void writeAll(Reader reader, String action, List<String> accountSids, List<String> conversationSids) {
        requireTransaction();
        jdbc.update(
                """
                INSERT INTO store.reads (reader, team, via, action, account_sid, conversation_sid)
                SELECT ?, ?, ?, ?, r.account_sid, r.conversation_sid
                FROM unnest(?::text[], ?::text[]) AS r (account_sid, conversation_sid)
                """,
                reader.name(),
                reader.team(),
                reader.via().code(),
                action,
                accountSids.toArray(String[]::new),
                conversationSids.toArray(String[]::new));
    }

    private static void requireTransaction() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("written in the transaction that reads, or not at all");
        }
    }
}
