package org.transcriptpipeline.notify.channel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// Names the destinations that are paused, each with its reason. No part of readiness: the others still get what is
/// theirs.
@Component("destinationsHealthIndicator")
final class DestinationHealth implements HealthIndicator {

    private final List<DestinationGates> kinds;

    DestinationHealth(List<DestinationGates> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    @Override
    public Health health() {
        Map<String, String> paused = new TreeMap<>();
        kinds.forEach(gates -> paused.putAll(gates.paused()));
        return paused.isEmpty()
                ? Health.up().build()
                : Health.outOfService().withDetails(paused).build();
    }
}
