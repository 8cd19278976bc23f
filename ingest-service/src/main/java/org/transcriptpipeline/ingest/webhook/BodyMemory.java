package org.transcriptpipeline.ingest.webhook;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that all bodies held at once may take, so that many large or slow requests cannot fill the heap.
final class BodyMemory {

    private final AtomicLong available;

    BodyMemory(long bytes) {
        this.available = new AtomicLong(bytes);
    }

    boolean tryTake(long bytes) {
        if (available.addAndGet(-bytes) >= 0) {
            return true;
        }
        available.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        available.addAndGet(bytes);
    }

    long available() {
        return available.get();
    }
}
