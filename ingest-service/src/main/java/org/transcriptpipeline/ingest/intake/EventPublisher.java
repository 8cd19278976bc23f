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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.intake.Publication.Published;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;
import org.transcriptpipeline.kafka.EventRecords;

/// Makes an event durable, or says quickly that it is not. Done means durable.
public final class EventPublisher {

    private static final Logger log = LoggerFactory.getLogger(EventPublisher.class);

    private final SharedProducer producer;
    private final EventRecords records;
    private final Breaker breaker;
    private final PublisherProperties properties;
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
            Clock clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.producer = producer;
        this.records = records;
        this.breaker = breaker;
        this.properties = properties;
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

    int inFlight() {
        return properties.inFlightLimit() - inFlight.availablePermits();
    }

    /// Why Kafka last took nothing; null while it does.
    @Nullable
    Reason lastFailure() {
        return lastFailure.get();
    }

    /// Hands an event to Kafka. The future is completed once and never exceptionally, on the producer's thread or
    /// the caller's, at the latest after the configured deadline.
    public CompletableFuture<Publication> publish(TranscriptEvent event) {
        if (!inFlight.tryAcquire()) {
            refused();
            return CompletableFuture.completedFuture(new Rejected(Reason.OVERLOADED));
        }
        var pass = breaker.tryPass();
        if (pass == null) {
            inFlight.release();
            refused();
            return CompletableFuture.completedFuture(new Rejected(Reason.KAFKA_AWAY));
        }
        var sending = new Sending(event, pass);
        sending.start();
        // The producer keeps its own deadlines; this one holds should it ever not.
        return sending.publication.completeOnTimeout(
                new Rejected(Reason.TIMEOUT), properties.deadline().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void refused() {
        if (refusedSince.get() == null) {
            refusedSince.compareAndSet(null, clock.instant());
        }
    }

    /// One event on its way.
    private final class Sending {

        private final TranscriptEvent event;
        private final Breaker.Pass pass;
        private final long startNanos = System.nanoTime();
        private final CompletableFuture<Publication> publication = new CompletableFuture<>();

        Sending(TranscriptEvent event, Breaker.Pass pass) {
            this.event = event;
            this.pass = pass;
        }

        void start() {
            try {
                producer.send(records.fitting(event), this::settle);
            } catch (RuntimeException e) { // not Kafka's doing: nothing was sent
                log.atError()
                        .setCause(e)
                        .addKeyValue("eventId", event.source().eventId())
                        .log("Event not sent");
                breaker.saidNothing(pass);
                inFlight.release();
                publication.complete(new Rejected(Reason.RECORD_REFUSED));
            }
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
            if (!KafkaFailure.isSystemic(reason)) {
                breaker.saidNothing(pass);
                log.atError()
                        .addKeyValue("eventId", event.source().eventId())
                        .addKeyValue("reason", reason)
                        .log("Kafka refuses this event for what it is; it is not kept");
            } else {
                lastFailure.set(reason);
                refused();
                if (breaker.failed(pass)) {
                    log.atWarn()
                            .addKeyValue("reason", reason)
                            .addKeyValue("failure", failure.getClass().getSimpleName())
                            .log("Kafka takes no events; requests are answered 503 until it does");
                }
            }
            publication.complete(new Rejected(reason));
        }
    }
}
