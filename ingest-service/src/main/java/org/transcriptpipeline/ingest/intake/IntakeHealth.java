package org.transcriptpipeline.ingest.intake;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.transcriptpipeline.kafka.TopicProvisioner.Missing;
import org.transcriptpipeline.kafka.TopicProvisioner.Outcome;
import org.transcriptpipeline.kafka.TopicProvisioner.Present;
import org.transcriptpipeline.kafka.TopicProvisioner.Unreachable;

/// Whether an event can be made durable, and if not, why. Down only while the breaker is open: half open it needs a
/// request as its test, and a load balancer sends none to a service that is down. Too many requests are no reason.
final class IntakeHealth implements HealthIndicator {

    private final EventPublisher publisher;
    private final Breaker breaker;
    private final BrokerWatch watch;

    IntakeHealth(EventPublisher publisher, Breaker breaker, BrokerWatch watch) {
        this.publisher = publisher;
        this.breaker = breaker;
        this.watch = watch;
    }

    @Override
    public Health health() {
        var phase = breaker.phase();
        var health = phase == Breaker.Phase.OPEN ? Health.down() : Health.up();
        health.withDetail("breaker", phase).withDetail("inFlight", publisher.inFlight());
        tell(health, "topics", watch.requiredOutcome());
        tell(health, "otherTopics", watch.othersOutcome());
        var failure = publisher.lastFailure();
        if (failure != null) {
            health.withDetail("lastFailure", failure);
        }
        return health.build();
    }

    private static void tell(Health.Builder health, String name, @Nullable Outcome outcome) {
        switch (outcome) {
            case null -> health.withDetail(name, "not seen yet");
            case Present() -> health.withDetail(name, "present");
            case Missing(var topics, var reason) ->
                health.withDetail(name, "missing " + new TreeSet<>(topics) + ": " + reason);
            case Unreachable(var reason) -> health.withDetail(name, "no broker answers: " + reason);
        }
    }
}
