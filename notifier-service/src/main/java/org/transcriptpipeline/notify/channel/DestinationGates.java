package org.transcriptpipeline.notify.channel;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// One gate for each destination of a kind: a webhook that refuses our secret says nothing about another one.
public final class DestinationGates {

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final Duration firstPause;
    private final Duration longestPause;

    /// @param names of the destinations that the rules have; each gets a gauge
    public DestinationGates(
            Collection<String> names, Duration firstPause, Duration longestPause, MeterRegistry meters) {
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        for (var name : names) {
            Gauge.builder("transcripts_destination_paused", of(name), g -> g.isPaused() ? 1 : 0)
                    .description("1 while nothing is sent to this destination because it refuses us")
                    .tag("destination", name)
                    .strongReference(true)
                    .register(meters);
        }
    }

    /// Bounded by the destinations that there ever were.
    public Gate of(String name) {
        return gates.computeIfAbsent(name, n -> new Gate(n, firstPause, longestPause, System::nanoTime));
    }

    /// What is paused, and why.
    public Map<String, String> paused() {
        var paused = new TreeMap<String, String>();
        gates.forEach((name, gate) -> {
            if (gate.isPaused()) {
                paused.put(name, String.valueOf(gate.trouble()));
            }
        });
        return paused;
    }
}
