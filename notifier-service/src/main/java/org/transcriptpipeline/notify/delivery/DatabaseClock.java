package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/// The database's time, for leases and due times: by a machine's own clock, one that goes an hour ahead would take
/// living jobs for dead. Between two looks at the database it goes on by the monotonic timer.
final class DatabaseClock implements Clock {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private final JdbcTemplate jdbc;
    private final java.time.Clock untilFirstLook;
    private Instant known;
    private long knownAtNanos;
    private long lookedAtNanos;
    private boolean looked;

    DatabaseClock(JdbcTemplate jdbc, java.time.Clock untilFirstLook) {
        this.jdbc = jdbc;
        this.untilFirstLook = untilFirstLook;
        this.known = untilFirstLook.instant();
        this.knownAtNanos = System.nanoTime();
    }

    @Override
    public synchronized Instant now() {
        if (!looked || System.nanoTime() - lookedAtNanos > LOOK_EVERY.toNanos()) {
            look();
        }
        return known.plusNanos(System.nanoTime() - knownAtNanos);
    }

    private void look() {
        try {
            var told = jdbc.queryForObject("SELECT clock_timestamp()", OffsetDateTime.class);
            if (told != null) {
                known = told.toInstant();
                knownAtNanos = System.nanoTime();
            }
        } catch (DataAccessException | TransactionException e) {
            if (!looked) {
                known = untilFirstLook.instant();
                knownAtNanos = System.nanoTime();
            }
        }
        looked = true;
        lookedAtNanos = System.nanoTime();
    }
}
