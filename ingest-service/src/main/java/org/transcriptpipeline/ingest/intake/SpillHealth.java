package org.transcriptpipeline.ingest.intake;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// What waits on disk, and whether more could. Not part of readiness: [IntakeHealth] asks Kafka and spill together.
final class SpillHealth implements HealthIndicator {

    private final Spill spill;

    SpillHealth(Spill spill) {
        this.spill = spill;
    }

    @Override
    public Health health() {
        return switch (spill) {
            case Spill.Off() ->
                Health.up()
                        .withDetail("spill", "off: SPILL_DIRECTORY is not set")
                        .build();
            case JournaledSpill journaled -> health(journaled);
        };
    }

    private static Health health(JournaledSpill spill) {
        var failure = spill.failure();
        var health = spill.isTaking() ? Health.up() : Health.outOfService();
        if (failure != null) {
            health.withDetail("reason", failure);
        } else if (!spill.isTaking()) {
            health.withDetail("reason", "full");
        }
        var age = spill.age();
        return health.withDetail("records", spill.totals().records())
                .withDetail("bytes", spill.usedBytes())
                .withDetail("maxBytes", spill.maxBytes())
                .withDetail("oldestSeconds", age == null ? 0 : age.toSeconds())
                .withDetail("setAside", spill.setAsideRecords())
                .build();
    }
}
