package org.transcriptpipeline.ingest.signature;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.intake.EventPublisher;
import org.transcriptpipeline.ingest.intake.Publication.Durable;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;
import org.transcriptpipeline.ingest.intake.SharedProducer;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.signature.Proof.Reason;

/// Keeps requests that could be a customer's and could not be verified, within a budget. Nobody waits for it, and
/// what it cannot keep is counted.
public final class QuarantinePublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(QuarantinePublisher.class);
    private static final int QUEUE_LENGTH = 64;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final SharedProducer producer;
    private final EventPublisher events;
    private final SignatureCheck signatures;
    private final QuarantineBudget budget;
    private final MeterRegistry meters;

    /// One thread with a short queue: sending may block while Kafka is away, and this must not take the events'
    /// memory.
    private final ThreadPoolExecutor sender = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE_LENGTH),
            Thread.ofPlatform().daemon().name("quarantine").factory());

    QuarantinePublisher(
            SharedProducer producer,
            EventPublisher events,
            SignatureCheck signatures,
            QuarantineBudget budget,
            MeterRegistry meters) {
        this.producer = producer;
        this.events = events;
        this.signatures = signatures;
        this.budget = budget;
        this.meters = meters;
    }

    /// Keeps a refused request if it names an account that is served, or came to the end of a flow, which names
    /// none.
    ///
    /// @param named the account SIDs that it names
    public void offer(ReceivedRequest request, Set<String> named, Reason reason) {
        var account =
                named.stream().filter(signatures.servedAccounts()::contains).findFirst();
        if (account.isEmpty() && request.endpoint() != Endpoint.FLOW_ENDED) {
            return;
        }
        var key = account.orElseGet(this::onlyAccount);
        if (!budget.take(reason, request.peer(), QuarantinedRequest.sizeOf(request))) {
            dropped("budget");
        } else {
            try {
                sender.execute(() -> send(key, request, reason));
            } catch (RejectedExecutionException e) {
                dropped("queue");
            }
        }
    }

    @Override
    public void close() {
        sender.shutdown();
        try {
            if (!sender.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                sender.shutdownNow().forEach(_ -> dropped("shutdown"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String key, ReceivedRequest request, Reason reason) {
        var value = QuarantinedRequest.of(request, reason).write();
        var unverified = new ProducerRecord<>(Topics.QUARANTINE, key, value);
        // for who is to know what was refused, and not what somebody wrote
        unverified.headers().add("endpoint", request.endpoint().path().getBytes(UTF_8));
        unverified.headers().add("reason", nameOf(reason).getBytes(UTF_8));
        if (!events.isTaking()) {
            keepAside(unverified, request.requestId(), reason, "kafka_away");
            return;
        }
        producer.send(unverified, failure -> {
            if (failure == null) {
                kept(request.requestId(), reason);
            } else {
                keepAside(unverified, request.requestId(), reason, "failed");
            }
        });
    }

    /// @param otherwise why it is lost where nothing holds it
    private void keepAside(
            ProducerRecord<String, byte[]> unverified, String requestId, Reason reason, String otherwise) {
        events.keepAside(unverified).thenAccept(publication -> {
            switch (publication) {
                case Durable _ -> kept(requestId, reason);
                case Rejected _ -> dropped(otherwise);
            }
        });
    }

    private void kept(String requestId, Reason reason) {
        meters.counter("transcripts.quarantined.requests", "reason", nameOf(reason))
                .increment();
        log.atInfo().addKeyValue("requestId", requestId).log("Unverified request kept");
    }

    /// A flow's end names no account: with one account it is that one's, with several nobody can tell yet.
    private String onlyAccount() {
        var served = signatures.servedAccounts();
        return served.size() == 1 ? served.iterator().next() : "unknown";
    }

    private void dropped(String reason) {
        meters.counter("transcripts.quarantine.dropped", "reason", reason).increment();
    }

    private static String nameOf(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}
