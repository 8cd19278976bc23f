package org.transcriptpipeline.archive.intake;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.kafka.BatchConsumer;

/// Part of liveness: a consumer that has stopped for good needs a new process, one that only waits does not.
@Component
class ConsumerAlive implements HealthIndicator {

    private final BatchConsumer consumer;

    ConsumerAlive(BatchConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public Health health() {
        return consumer.isDead() ? Health.down().build() : Health.up().build();
    }
}
