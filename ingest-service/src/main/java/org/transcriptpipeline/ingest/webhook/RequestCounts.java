package org.transcriptpipeline.ingest.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How requests were answered, as the metric `transcripts.requests`. Keeps its counters, since the registry makes tags
/// and an id anew to find one.
final class RequestCounts {

    private final Map<Answered, Counter> counters = new ConcurrentHashMap<>();
    private final MeterRegistry meters;

    /// All of them of a few values, none of them from a request.
    private record Answered(String endpoint, String outcome, String reason) {}

    RequestCounts(MeterRegistry meters) {
        this.meters = meters;
    }

    void count(String endpoint, String outcome, String reason) {
        counters.computeIfAbsent(new Answered(endpoint, outcome, reason), this::register)
                .increment();
    }

    private Counter register(Answered answered) {
        return meters.counter(
                "transcripts.requests",
                "endpoint",
                answered.endpoint(),
                "outcome",
                answered.outcome(),
                "reason",
                answered.reason());
    }
}
