package org.transcriptpipeline.notify.plan;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.transcriptpipeline.kafka.TopicProvisioner;

/// Makes the topic where it is missing, behind the start: a broker that is away must not keep the service from
/// delivering what is planned already.
final class ReadyTopic implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(ReadyTopic.class);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(5);

    private final TopicProvisioner provisioner;
    private volatile Thread looking = Thread.ofVirtual().unstarted(() -> {});
    private volatile String trouble = "not looked yet";
    private volatile boolean running;

    ReadyTopic(TopicProvisioner provisioner) {
        this.provisioner = provisioner;
    }

    @Override
    public void start() {
        running = true;
        looking = Thread.ofPlatform().daemon().name("ready-topic").start(this::lookUntilPresent);
    }

    private void lookUntilPresent() {
        while (running) {
            var found = switch (provisioner.provision()) {
                case TopicProvisioner.Present() -> "";
                case TopicProvisioner.Missing(var _, var reason) -> "missing: " + reason;
                case TopicProvisioner.Unreachable(var reason) -> "the broker does not answer: " + reason;
            };
            if (!found.isEmpty() && !found.equals(trouble)) {
                log.atWarn().addKeyValue("reason", found).log("The topic of ready transcripts is not there");
            }
            trouble = found;
            if (found.isEmpty()) {
                return;
            }
            try {
                Thread.sleep(LOOK_AGAIN_AFTER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public Health health() {
        var reason = trouble;
        return reason.isEmpty()
                ? Health.up().build()
                : Health.outOfService().withDetail("reason", reason).build();
    }

    @Override
    public void stop() {
        running = false;
        looking.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
