package org.transcriptpipeline.notify.ledger;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/// Counts for the gauges, asked of the database at most once in a while, however often somebody scrapes.
final class OpenDeliveries {

    private final HandoffLedger ledger;
    private final long everyNanos;
    private @Nullable Map<DeliveryStatus, Long> counts;
    private long countedAt;

    OpenDeliveries(HandoffLedger ledger, Duration every) {
        this.ledger = ledger;
        this.everyNanos = every.toNanos();
        this.countedAt = System.nanoTime() - everyNanos;
    }

    /// Not a number while the database does not answer: a gauge that stands still would look well.
    synchronized double in(DeliveryStatus status) {
        if (System.nanoTime() - countedAt >= everyNanos) {
            countedAt = System.nanoTime();
            try {
                counts = ledger.open();
            } catch (DataAccessException e) {
                counts = null;
            }
        }
        return counts == null ? Double.NaN : counts.getOrDefault(status, 0L);
    }
}
