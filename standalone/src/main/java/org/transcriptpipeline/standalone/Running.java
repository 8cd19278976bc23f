package org.transcriptpipeline.standalone;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has been started, to be stopped in the opposite order, each part within a bounded time.
final class Running implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Running.class);

    private final Deque<Part> parts = new ArrayDeque<>();
    private final Duration limit;
    private boolean closed;

    /// @param limit for each part to stop
    Running(Duration limit) {
        this.limit = limit;
    }

    /// @throws StandaloneException when the stop has begun meanwhile; the part is stopped then
    void started(String name, AutoCloseable part) {
        synchronized (this) {
            if (!closed) {
                parts.push(new Part(name, part));
                return;
            }
        }
        stop(new Part(name, part));
        throw new StandaloneException("Stopped while starting.");
    }

    @Override
    public void close() {
        Deque<Part> stopping;
        synchronized (this) {
            closed = true;
            stopping = new ArrayDeque<>(parts);
            parts.clear();
        }
        stopping.forEach(this::stop);
    }

    private void stop(Part part) {
        var stopper = Thread.ofPlatform().daemon().name("stop " + part.name()).start(() -> {
            try {
                part.closeable().close();
            } catch (Exception e) {
                log.atWarn().addKeyValue("part", part.name()).setCause(e).log("Did not stop cleanly");
            }
        });
        try {
            if (!stopper.join(limit)) {
                log.atWarn()
                        .addKeyValue("part", part.name())
                        .addKeyValue("limit", limit)
                        .log("Still stopping, left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Part(String name, AutoCloseable closeable) {}
}
