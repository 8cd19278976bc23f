package org.transcriptpipeline.ingest.intake;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.transcriptpipeline.kafka.TopicProvisioner.Missing;
import org.transcriptpipeline.kafka.TopicProvisioner.Outcome;
import org.transcriptpipeline.kafka.TopicProvisioner.Present;
import org.transcriptpipeline.kafka.TopicProvisioner.Unreachable;

/// Whether an event can be made durable, in Kafka or in the spill, and if not, why. Kafka counts as away only while
/// the breaker is open: half open it needs a request as its test, and a load balancer sends none to a service that is
/// down. Too many requests are no reason.
final class IntakeHealth implements HealthIndicator {

    private final EventPublisher publisher;
    private final Breaker breaker;
    private final BrokerWatch watch;
    private final Spill spill;

    IntakeHealth(EventPublisher publisher, Breaker breaker, BrokerWatch watch, Spill spill) {
        this.publisher = publisher;
        this.breaker = breaker;
        this.watch = watch;
        this.spill = spill;
    }

    @Override
    public Health health() {
        var phase = breaker.phase();
        boolean isKafkaAway = phase == Breaker.Phase.OPEN;
        var health = isKafkaAway && !spill.isTaking() ? Health.down() : Health.up();
        health.withDetail("events", isKafkaAway ? (spill.isTaking() ? "wait on disk" : "are refused") : "go to Kafka")
                .withDetail("breaker", phase)
                .withDetail("inFlight", publisher.inFlight());
        tell(health, "topics", watch.requiredOutcome());
        tell(health, "otherTopics", watch.othersOutcome());
        var failure = publisher.lastFailure();
        if (failure != null && phase != Breaker.Phase.CLOSED) {
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
