package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;

/// Requests at a steady rate, for [TwilioSimulator#post(Iterator, int, java.util.function.Consumer)]: each when it is
/// due, whatever became of the earlier ones. [#next()] waits for that time; the first is due one interval after the
/// iterator was made. Not for several threads.
public final class Paced implements Iterator<Webhook> {

    private final Iterator<Webhook> all;
    private final long intervalNanos;
    private long dueAt = System.nanoTime();

    /// @param perSecond requests a second, 1 or more
    public Paced(Iterator<Webhook> all, int perSecond) {
        this.all = all;
        this.intervalNanos = Duration.ofSeconds(1).dividedBy(perSecond).toNanos();
    }

    @Override
    public boolean hasNext() {
        return all.hasNext();
    }

    /// @throws java.util.NoSuchElementException there is none left
    @Override
    public Webhook next() {
        dueAt += intervalNanos;
        for (long wait = dueAt - System.nanoTime(); wait > 0; wait = dueAt - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
        return all.next();
    }
}
