package org.transcriptpipeline.archive.access;

import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Transactions in which the views of schema `transcripts` show what a reader's team may see, and nothing else. The
/// database decides: row by row, whatever the query is (`docs/adr/032-teams.md`).
///
/// Only the views know of teams. The tables of `store` are the archiver's own, and show it everything: whoever reads
/// them has asked [ConversationAccess] before.
@Component
public class TeamTransactions {

    /// A page or an answer. What takes longer is for an export.
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    TeamTransactions(JdbcTemplate jdbc, PlatformTransactionManager manager) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(manager);
        this.transactions.setTimeout(Math.toIntExact(LIMIT.toSeconds()));
    }

    /// Runs this in a transaction of its own.
    ///
    /// @param work what reads; an empty list or `Optional` says that there is nothing to see
    /// @throws IllegalStateException within another transaction, whose other statements would be narrowed too
    public <T> T under(Reader reader, Supplier<T> work) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("a reader's transaction is one of its own");
        }
        var result = transactions.execute(_ -> {
            if (reader.team() != null) {
                // ends with the transaction: the connection goes back to the pool as it was
                jdbc.query("SELECT set_config('transcripts.team', ?, true)", _ -> {}, reader.team());
            }
            return work.get();
        });
        if (result == null) {
            throw new IllegalStateException("a transaction without a result");
        }
        return result;
    }
}
