package org.transcriptpipeline.ingest.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.transcriptpipeline.ingest.intake.Publication.Reason;

/// What is counted of the spill; see docs/operations.md.
final class SpillMeters {

    private final MeterRegistry registry;
    private final Timer commits;

    SpillMeters(MeterRegistry registry) {
        this.registry = registry;
        this.commits = Timer.builder("transcripts.spill.commit")
                .description("Group commits to the spill's disk, and how long each took")
                .register(registry);
    }

    void watch(JournaledSpill spill) {
        Gauge.builder("transcripts.spill.records", spill, s -> s.totals().records())
                .description("Events that wait on disk until Kafka takes them")
                .register(registry);
        Gauge.builder("transcripts.spill.size", spill, JournaledSpill::usedBytes)
                .baseUnit("bytes")
                .description("What the spill holds, with what is set aside")
                .register(registry);
        Gauge.builder("transcripts.spill.limit", spill, JournaledSpill::maxBytes)
                .baseUnit("bytes")
                .description("What the spill may hold")
                .register(registry);
        Gauge.builder("transcripts.spill.age", spill, s -> seconds(s.age()))
                .baseUnit("seconds")
                .description("How long the oldest event has been waiting; 0: none is")
                .register(registry);
        Gauge.builder("transcripts.spill.set.aside.records", spill, JournaledSpill::setAsideRecords)
                .description("Records beside the spill that Kafka refuses for what they are")
                .register(registry);
        Gauge.builder("transcripts.spill.working", spill, s -> s.failure() == null ? 1 : 0)
                .description("0: the spill's disk fails")
                .register(registry);
    }

    void spilled(String reason) {
        registry.counter("transcripts.spill.written", "reason", reason).increment();
    }

    void drained(int records) {
        registry.counter("transcripts.spill.drained").increment(records);
    }

    void setAside(String reason) {
        registry.counter("transcripts.spill.set.aside", "reason", reason).increment();
    }

    void rejected(Reason reason) {
        registry.counter("transcripts.spill.rejected", "reason", JournaledSpill.nameOf(reason))
                .increment();
    }

    void failed(String kind) {
        registry.counter("transcripts.spill.failures", "kind", kind).increment();
    }

    void committed(long nanos) {
        commits.record(nanos, TimeUnit.NANOSECONDS);
    }

    private static double seconds(@org.jspecify.annotations.Nullable Duration age) {
        return age == null ? 0 : Math.max(0, age.toMillis()) / 1000.0;
    }
}
