package org.transcriptpipeline.archive.access;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// Asked before anything is told of a conversation, or done with it, for somebody: whether their team sees it. A yes is
/// written down. To whom the answer is no, it is as if there were no such conversation.
@Component
public class ConversationAccess {

    private final JdbcTemplate jdbc;
    private final TeamTransactions transactions;
    private final ReadLog log;

    ConversationAccess(JdbcTemplate jdbc, TeamTransactions transactions, ReadLog log) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.log = log;
    }

    /// @param action what they are about to do, see [ReadLog#write]
    public boolean isOpen(Reader reader, String conversationSid, String action) {
        return isOpen(reader, action, """
                SELECT c.account_sid, c.conversation_sid
                FROM transcripts.conversations c
                WHERE c.conversation_sid = ?
                """, conversationSid);
    }

    /// The same for the conversation of a handoff.
    public boolean isHandoffOpen(Reader reader, String handoffId, String action) {
        return isOpen(reader, action, """
                SELECT h.account_sid, h.conversation_sid
                FROM transcripts.handoffs h
                WHERE h.handoff_id = ?
                LIMIT 1
                """, handoffId); // a row per version
    }

    private boolean isOpen(Reader reader, String action, String sql, String id) {
        return transactions.under(reader, () -> {
            var seen = seen(sql, id);
            seen.forEach(one -> log.write(reader, action, one.accountSid(), one.conversationSid(), null));
            return !seen.isEmpty();
        });
    }

    private List<Seen> seen(String sql, String id) {
        return jdbc.query(
                sql, (row, _) -> new Seen(row.getString("account_sid"), row.getString("conversation_sid")), id);
    }

    private record Seen(String accountSid, String conversationSid) {}
}
