package org.transcriptpipeline.ingest.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.ingest.intake.EventPublisher;
import org.transcriptpipeline.ingest.intake.Publication.Durable;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.signature.Proof.AccountNeeded;
import org.transcriptpipeline.ingest.signature.Proof.Means;
import org.transcriptpipeline.ingest.signature.Proof.Proved;
import org.transcriptpipeline.ingest.signature.Proof.Refused;
import org.transcriptpipeline.ingest.signature.QuarantinePublisher;
import org.transcriptpipeline.ingest.signature.SignatureCheck;

/// Takes a request that was read whole from proof to promise: verify, decode, publish.
final class WebhookHandler {

    private final SignatureCheck signatures;
    private final QuarantinePublisher quarantine;
    private final WebhookDecoder decoder;
    private final EventPublisher publisher;
    private final BatchPublisher batches;
    private final MeterRegistry meters;
    private final Map<Means, Counter> proofs = new ConcurrentHashMap<>();

    WebhookHandler(
            SignatureCheck signatures,
            QuarantinePublisher quarantine,
            WebhookDecoder decoder,
            EventPublisher publisher,
            BatchPublisher batches,
            MeterRegistry meters) {
        this.signatures = signatures;
        this.quarantine = quarantine;
        this.decoder = decoder;
        this.publisher = publisher;
        this.batches = batches;
        this.meters = meters;
    }

    CompletableFuture<Handled> handle(ReceivedRequest request) {
        var named = decoder.accountsNamedIn(request, signatures.servedAccounts());
        return switch (signatures.check(request, named)) {
            case Refused(var reason, var mayAskForPassword) -> {
                quarantine.offer(request, named, reason);
                yield CompletableFuture.completedFuture(new Handled.Unproved(reason, mayAskForPassword));
            }
            case AccountNeeded() -> CompletableFuture.completedFuture(new Handled.AccountMissing());
            case Proved(var accountSid, var means) -> {
                proofs.computeIfAbsent(means, this::proofsBy).increment();
                yield keep(request, accountSid, means);
            }
        };
    }

    private Counter proofsBy(Means means) {
        return meters.counter("transcripts.proofs", "means", means.name().toLowerCase(Locale.ROOT));
    }

    private CompletableFuture<Handled> keep(ReceivedRequest request, String accountSid, Means means) {
        if (!decoder.takesTypeOf(request)) {
            return CompletableFuture.completedFuture(new Handled.WrongType());
        }
        var events = decoder.decode(request, accountSid);
        return request.endpoint() == Endpoint.EVENT_STREAMS ? batches.publish(events) : keep(events.getFirst(), means);
    }

    private CompletableFuture<Handled> keep(TranscriptEvent event, Means means) {
        if (event instanceof Unknown && means == Means.PASSWORD) {
            return CompletableFuture.completedFuture(new Handled.ConversationMissing());
        }
        return publisher.publish(event).thenApply(publication -> switch (publication) {
            case Durable _ -> new Handled.Kept(List.of(event));
            case Rejected(var reason) -> new Handled.NotKept(List.of(event), reason);
        });
    }
}
