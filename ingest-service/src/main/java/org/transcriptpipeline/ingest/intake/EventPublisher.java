package org.transcriptpipeline.ingest.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.intake.Publication.Durable;
import org.transcriptpipeline.ingest.intake.Publication.Published;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;
import org.transcriptpipeline.kafka.EventRecords;

/// Makes an event durable, or says quickly that it is not. Done means durable: in Kafka, or on our disk until Kafka
/// takes it.
public final class EventPublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventPublisher.class);

    private final SharedProducer producer;
    private final EventRecords records;
    private final Breaker breaker;
    private final PublisherProperties properties;
    private final Spill spill;
    private final Deadlines<Publication> deadlines;
    private final Semaphore inFlight;
    private final Timer latency;
    private final Clock clock;
    private final AtomicReference<@Nullable Reason> lastFailure = new AtomicReference<>();
    private final AtomicReference<@Nullable Instant> refusedSince = new AtomicReference<>();

    EventPublisher(
            SharedProducer producer,
            EventRecords records,
            Breaker breaker,
            PublisherProperties properties,
            Spill spill,
            SpillProperties spillProperties,
            Clock clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.producer = producer;
        this.records = records;
        this.breaker = breaker;
        this.properties = properties;
        this.spill = spill;
        this.deadlines = new Deadlines<>(
                "publish-deadlines",
                spill instanceof Spill.Off ? properties.deadline() : spillProperties.after(),
                () -> new Rejected(Reason.TIMEOUT));
        this.inFlight = new Semaphore(properties.inFlightLimit());
        this.latency = Timer.builder("transcripts.publish.latency")
                .description("From handing an event to Kafka to its acknowledgement")
                .publishPercentileHistogram()
                .register(meters);
        Gauge.builder("transcripts.publish.in.flight", this, EventPublisher::inFlight)
                .description("Events on their way to Kafka")
                .register(meters);
        Gauge.builder("transcripts.publish.breaker", breaker, b -> b.phase().ordinal())
                .description("0 closed, 1 half open, 2 half open with a test on its way, 3 open")
                .register(meters);
    }

    /// Whether Kafka worked when it was last asked. What need not be durable does not try while it did not.
    public boolean isTaking() {
        return breaker.phase() == Breaker.Phase.CLOSED;
    }

    /// Since when events were refused that nothing holds; null: none since [#refusalsAreTold].
    public @Nullable Instant refusedSince() {
        return refusedSince.get();
    }

    /// Somebody will look for what was lost since then.
    public void refusalsAreTold(Instant since) {
        refusedSince.compareAndSet(since, null);
    }

    /// Ends no publication: what is in flight is for the producer to end.
    @Override
    public void close() {
        deadlines.close();
    }

    int inFlight() {
        return properties.inFlightLimit() - inFlight.availablePermits();
    }

    /// Why Kafka last took nothing; null while it does.
    @Nullable
    Reason lastFailure() {
        return lastFailure.get();
    }

    /// Hands an event to Kafka, or to the spill where Kafka does not take it. The future is completed once and never
    /// exceptionally, on any thread, within four seconds.
    public CompletableFuture<Publication> publish(TranscriptEvent event) {
        long startNanos = System.nanoTime();
        ProducerRecord<String, byte[]> made;
        try {
            made = records.fitting(event);
        } catch (RuntimeException e) { // a mistake of ours
            log.atError()
                    .setCause(e)
                    .addKeyValue("eventId", event.source().eventId())
                    .log("Event not sent");
            return CompletableFuture.completedFuture(new Rejected(Reason.RECORD_REFUSED));
        }
        return attempt(made, event.source().eventId()).thenCompose(publication -> switch (publication) {
            case Durable _ -> CompletableFuture.completedFuture(publication);
            case Rejected(var reason) -> withoutKafka(made, reason, startNanos);
        });
    }

    /// Keeps a request that could not be verified while Kafka does not take it, as well as can be. It takes no room
    /// from events.
    public CompletableFuture<Publication> keepAside(ProducerRecord<String, byte[]> unverified) {
        return spill.keepAside(unverified, Reason.KAFKA_AWAY);
    }

    private CompletableFuture<Publication> withoutKafka(
            ProducerRecord<String, byte[]> made, Reason reason, long startNanos) {
        var patience = properties.deadline().minusNanos(System.nanoTime() - startNanos);
        if (KafkaFailure.isTheRecordsFault(reason)) {
            return spill.setAside(made, reason, patience);
        }
        return spill.keep(made, reason, patience).thenApply(publication -> {
            if (publication instanceof Rejected) {
                refused();
            }
            return publication;
        });
    }

    private CompletableFuture<Publication> attempt(ProducerRecord<String, byte[]> made, String eventId) {
        if (!inFlight.tryAcquire()) {
            return CompletableFuture.completedFuture(new Rejected(Reason.OVERLOADED));
        }
        var pass = breaker.tryPass();
        if (pass == null) {
            inFlight.release();
            return CompletableFuture.completedFuture(new Rejected(Reason.KAFKA_AWAY));
        }
        return new Sending(eventId, pass).start(made);
    }

    private void refused() {
        if (refusedSince.get() == null) {
            refusedSince.compareAndSet(null, clock.instant());
        }
    }

    /// One event on its way.
    private final class Sending {

        private final String eventId;
        private final Breaker.Pass pass;
        private final long startNanos = System.nanoTime();
        private final CompletableFuture<Publication> publication = new CompletableFuture<>();

        Sending(String eventId, Breaker.Pass pass) {
            this.eventId = eventId;
            this.pass = pass;
        }

        CompletableFuture<Publication> start(ProducerRecord<String, byte[]> made) {
            // Before it is sent: that may block for `max.block.ms`. The producer keeps on trying meanwhile, so what
            // was spilled may be in Kafka as well; it is the same event.
            deadlines.hold(publication);
            producer.send(made, this::settle);
            return publication.thenApply(this::noteTimeout);
        }

        /// Whoever comes next need not wait as long.
        private Publication noteTimeout(Publication outcome) {
            if (outcome instanceof Rejected(var reason) && reason == Reason.TIMEOUT) {
                takesNothing(reason, "patience");
            }
            return outcome;
        }

        private void settle(@Nullable Throwable failure) {
            inFlight.release();
            if (failure == null) {
                latency.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
                if (breaker.succeeded(pass)) {
                    lastFailure.set(null);
                    log.info("Kafka takes events again");
                }
                publication.complete(new Published());
                return;
            }
            var reason = KafkaFailure.reasonOf(failure);
            if (KafkaFailure.isSystemic(reason)) {
                takesNothing(reason, failure.getClass().getSimpleName());
            } else {
                breaker.saidNothing(pass);
                log.atError()
                        .addKeyValue("eventId", eventId)
                        .addKeyValue("reason", reason)
                        .log("Kafka refuses this event for what it is");
            }
            publication.complete(new Rejected(reason));
        }

        private void takesNothing(Reason reason, String failure) {
            if (breaker.failed(pass)) {
                lastFailure.set(reason);
                log.atWarn()
                        .addKeyValue("reason", reason)
                        .addKeyValue("failure", failure)
                        .log("Kafka takes no events");
            }
        }
    }
}
