package org.transcriptpipeline.archive;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Background work that one archiver at a time may do, by an advisory lock of the database that ends with the
/// transaction, whatever becomes of its holder.
@Component
public class OneAtATime {

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    OneAtATime(JdbcTemplate jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /// Kinds of work. The numbers are the lock's, so they stay.
    public enum Work {
        SEARCH(7_365_001),
        DAYS(7_365_002);

        private final long lock;

        Work(long lock) {
            this.lock = lock;
        }
    }

    /// Does a piece of the work in a transaction of its own.
    ///
    /// @return null: another archiver is at it
    public <T> @Nullable T inTurn(Work work, Supplier<T> piece) {
        return transactions.execute(_ -> {
            var isOurs = jdbc.queryForObject("SELECT pg_try_advisory_xact_lock(?)", Boolean.class, work.lock);
            return Boolean.TRUE.equals(isOurs) ? piece.get() : null;
        });
    }
}
