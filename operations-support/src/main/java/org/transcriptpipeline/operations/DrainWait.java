package org.transcriptpipeline.operations;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first thing to stop, and all it does is wait: readiness already says no, and requests that a load balancer
/// still sends are still answered (`faults.md` O1). Spring Boot tells readiness no before any bean is stopped, and the
/// port of health goes away behind this.
final class DrainWait extends StopStep {

    private static final Logger log = LoggerFactory.getLogger(DrainWait.class);

    private final Duration wait;

    DrainWait(Duration wait) {
        this.wait = wait;
    }

    @Override
    protected void take() throws InterruptedException {
        if (wait.isZero()) {
            return;
        }
        log.atInfo().addKeyValue("seconds", wait.toSeconds()).log("Told to stop: not ready any more, still answering");
        Thread.sleep(wait);
    }

    /// Stopped before the web server and before the port of health.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
