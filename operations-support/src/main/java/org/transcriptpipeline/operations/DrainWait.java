package org.transcriptpipeline.operations;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// The first thing to stop, and all it does is wait: readiness already says no, and requests that a load balancer
/// still sends are still answered (`faults.md` O1). Spring Boot tells readiness no before any bean is stopped, and the
/// port of health goes away behind this.
final class DrainWait implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DrainWait.class);

    private final Duration wait;
    private volatile boolean running;

    DrainWait(Duration wait) {
        this.wait = wait;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (wait.isZero()) {
            return;
        }
        log.atInfo().addKeyValue("seconds", wait.toSeconds()).log("Told to stop: not ready any more, still answering");
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody is in a hurry
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Stopped before the web server and before the port of health.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
