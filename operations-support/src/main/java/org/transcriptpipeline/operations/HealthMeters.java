package org.transcriptpipeline.operations;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.SmartLifecycle;

/// Each component of health as a gauge, `transcripts_health_up`: an alarm can name what is wrong, and monitoring needs
/// no second way to ask. Looked at every ten seconds on a thread of its own; a scrape only reads what was last seen, so
/// a database that does not answer never holds one up.
final class HealthMeters implements SmartLifecycle {

    private static final long PERIOD_SECONDS = 10;

    private final HealthContributorRegistry contributors;
    private final MeterRegistry meters;
    private final Map<String, Double> seen = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("health-meters").factory());
    private volatile boolean running;

    HealthMeters(HealthContributorRegistry contributors, MeterRegistry meters) {
        this.contributors = contributors;
        this.meters = meters;
    }

    private void look() {
        contributors.stream().forEach(entry -> {
            if (entry.contributor() instanceof HealthIndicator indicator) {
                note(entry.name(), isUp(indicator));
            }
        });
    }

    private static boolean isUp(HealthIndicator indicator) {
        try {
            var health = indicator.health(false);
            return health == null
                    || health.getStatus().equals(Status.UP)
                    || health.getStatus().equals(Status.UNKNOWN);
        } catch (RuntimeException e) {
            return false; // a component that cannot even say how it is; its own endpoint tells why
        }
    }

    private void note(String component, boolean isUp) {
        if (seen.put(component, isUp ? 1.0 : 0.0) == null) {
            Gauge.builder("transcripts_health_up", seen, all -> all.getOrDefault(component, Double.NaN))
                    .description("1 while this component of health is up")
                    .tag("component", component)
                    .strongReference(true)
                    .register(meters);
        }
    }

    @Override
    public void start() {
        running = true;
        looker.scheduleWithFixedDelay(this::look, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void stop() {
        running = false;
        looker.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
