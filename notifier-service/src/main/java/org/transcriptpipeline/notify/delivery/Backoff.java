package org.transcriptpipeline.notify.delivery;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/// When again: doubles with each attempt up to a limit, spread by a fifth so that what failed together does not come
/// back together.
record Backoff(Duration first, Duration longest, DoubleSupplier chance) {

    private static final double SPREAD = 0.2;
    private static final int MOST_DOUBLINGS = 30;

    /// @param attempt 1 for the first
    Duration after(int attempt) {
        double full =
                Math.min(longest.toMillis(), (double) first.toMillis() * (1L << Math.min(attempt - 1, MOST_DOUBLINGS)));
        return Duration.ofMillis((long) (full * (1 - SPREAD * chance.getAsDouble())));
    }
}
