package org.transcriptpipeline.archive;

import java.time.Duration;
import org.springframework.stereotype.Component;

/// Whether the merge works on a backlog. Rows come first then, and what is done behind them gives way: both share the
/// processors of the database.
@Component
public class CatchingUp {

    /// How long a full batch is remembered: longer than the next one takes.
    private static final Duration MEMORY = Duration.ofSeconds(1);

    private volatile long lastFull = System.nanoTime() - MEMORY.toNanos();

    /// A batch was as large as one may be, or nearly so: there is more where it came from.
    public void noteFullBatch() {
        lastFull = System.nanoTime();
    }

    public boolean isGoingOn() {
        return System.nanoTime() - lastFull < MEMORY.toNanos();
    }
}
