package org.transcriptpipeline.ingest.intake;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Completes what is not complete in time. All have the same time, so whoever began first is late first: one queue that
/// one thread looks at, where a timer for each woke a thread twice for each event.
///
/// It holds what began within that time and was not passed by yet: events a second times the patience, at most.
///
/// @param <T> what is awaited
final class Deadlines<T> implements AutoCloseable {

    private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(20).toNanos();

    private final Queue<Awaited<T>> awaited = new ConcurrentLinkedQueue<>();
    private final long patienceNanos;
    private final Supplier<T> late;
    private final Thread thread;
    private volatile boolean isClosed;

    private record Awaited<T>(CompletableFuture<T> outcome, long deadlineNanos) {}

    /// @param late what becomes of whatever is late
    Deadlines(String name, Duration patience, Supplier<T> late) {
        this.patienceNanos = patience.toNanos();
        this.late = late;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /// Gives it the time that all have, from now on. It is completed on a thread of its own where it is late.
    void hold(CompletableFuture<T> outcome) {
        awaited.add(new Awaited<>(outcome, System.nanoTime() + patienceNanos));
    }

    /// What is awaited stays so.
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!isClosed) {
            passBy();
            // what is added to an empty queue is not late before its whole time is over
            LockSupport.parkNanos(
                    awaited.isEmpty() ? Math.max(patienceNanos / 2, BETWEEN_LOOKS_NANOS) : BETWEEN_LOOKS_NANOS);
        }
    }

    private void passBy() {
        for (var first = awaited.peek(); first != null; first = awaited.peek()) {
            var outcome = first.outcome();
            if (!outcome.isDone()) {
                if (System.nanoTime() - first.deadlineNanos() < 0) {
                    return;
                }
                // what hangs on it may wait, and the next is late as well
                outcome.completeAsync(late, task -> Thread.ofVirtual().start(task));
            }
            awaited.remove();
        }
    }
}
