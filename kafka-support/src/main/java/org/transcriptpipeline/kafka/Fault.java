package org.transcriptpipeline.kafka;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/// Whose fault a failure to store is, told by SQLSTATE and never by the words of a message.
///
/// Sources: PostgreSQL manual, appendix A; `faults.md` D1 to D4.
public sealed interface Fault {

    /// The record's: the same record will fail again. Set it aside.
    record Data(String reason, @Nullable String sqlState) implements Fault {}

    /// The system's: the same record will succeed later. Pause and try again, for ever.
    record Passing(String reason, @Nullable String sqlState) implements Fault {
        /// A deadlock or a serialization failure: the transaction may be repeated at once.
        boolean isRepeatable() {
            return sqlState != null && sqlState.startsWith("40");
        }
    }

    /// The set-up's: nothing will succeed until somebody mends it. Stop and say so.
    record Configuration(String reason, @Nullable String sqlState) implements Fault {}

    static Fault of(Throwable failure) {
        for (var cause : Causes.of(failure)) {
            if (cause instanceof UnstorableRecordException unstorable) {
                return new Data(unstorable.reason(), null);
            }
        }
        var sqlState = sqlStateOf(failure);
        if (sqlState != null) {
            return ofSqlState(sqlState);
        }
        for (var cause : Causes.of(failure)) {
            if (cause instanceof TransientDataAccessException
                    || cause instanceof DataAccessResourceFailureException
                    || cause instanceof QueryTimeoutException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof TransactionSystemException
                    || cause instanceof SQLException) {
                return new Passing(cause.getClass().getSimpleName(), null);
            }
        }
        // Not the database at all: something in the record that our code did not expect.
        return new Data("error:" + failure.getClass().getSimpleName(), null);
    }

    private static Fault ofSqlState(String sqlState) {
        return switch (sqlState) {
            case "42501", "42P01", "42703", "42883", "3F000", "3D000" -> new Configuration("configuration", sqlState);
            case "42804" -> new Data("data", sqlState);
            default ->
                switch (sqlState.substring(0, Math.min(2, sqlState.length()))) {
                    case "21", "22", "23", "54" -> new Data("data", sqlState);
                    case "28" -> new Configuration("credentials", sqlState);
                    // everything else, known (08, 25, 40, 53, 55, 57, 58) or not: losing nothing is the safe guess
                    default -> new Passing("database", sqlState);
                };
        };
    }

    private static @Nullable String sqlStateOf(Throwable failure) {
        for (var cause : Causes.of(failure)) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
