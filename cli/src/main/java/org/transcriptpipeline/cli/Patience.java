package org.transcriptpipeline.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for something that another process does, never for ever.
public final class Patience {

    private Patience() {}

    /// Looks at once, and again after each pause.
    ///
    /// @return whether it came true within the limit
    public static boolean until(Duration limit, Duration pause, BooleanSupplier isDone) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!isDone.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(pause.toNanos(), left));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
