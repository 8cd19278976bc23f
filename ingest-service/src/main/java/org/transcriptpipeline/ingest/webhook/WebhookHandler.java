package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger log = LoggerFactory.getLogger(WebhookHandler.class);
    private static final Pattern ACCOUNT_SID = Pattern.compile("AC[0-9A-Za-z]{1,62}");
    private static final byte[] ACCOUNT_PARAMETER = "AccountSid".getBytes(ISO_8859_1);

    private final SignatureCheck signatures;
    private final QuarantinePublisher quarantine;
    private final EventPublisher publisher;
    private final EventStreamDecoder eventStreams;
    private final BatchPublisher batches;
    private final MeterRegistry meters;
    private final ConversationWebhookDecoder conversations = new ConversationWebhookDecoder();
    private final MessageStatusDecoder messageStatuses = new MessageStatusDecoder();
    private final FlowEndedDecoder flowEnds = new FlowEndedDecoder();

    WebhookHandler(
            SignatureCheck signatures,
            QuarantinePublisher quarantine,
            EventPublisher publisher,
            EventStreamDecoder eventStreams,
            BatchPublisher batches,
            MeterRegistry meters) {
        this.signatures = signatures;
        this.quarantine = quarantine;
        this.publisher = publisher;
        this.eventStreams = eventStreams;
        this.batches = batches;
        this.meters = meters;
    }

    CompletableFuture<Handled> handle(ReceivedRequest request) {
        var named = accountsNamedIn(request);
        return switch (signatures.check(request, named)) {
            case Refused(var reason, var mayAskForPassword) -> {
                quarantine.offer(request, named, reason);
                yield CompletableFuture.completedFuture(new Handled.Unproved(reason, mayAskForPassword));
            }
            case AccountNeeded() -> CompletableFuture.completedFuture(new Handled.AccountMissing());
            case Proved(var accountSid, var means) -> {
                meters.counter("transcripts.proofs", "means", means.name().toLowerCase(Locale.ROOT))
                        .increment();
                yield keep(request, accountSid, means);
            }
        };
    }

    private CompletableFuture<Handled> keep(ReceivedRequest request, String accountSid, Means means) {
        if (!request.isForm() && !(request.isJson() && request.endpoint().takesJson())) {
            return CompletableFuture.completedFuture(new Handled.WrongType());
        }
        return switch (request.endpoint()) {
            case CONVERSATIONS -> keep(decode(conversations, request, accountSid), means);
            case MESSAGE_STATUS -> keep(decode(messageStatuses, request, accountSid), means);
            case FLOW_ENDED -> keep(decode(flowEnds, request, accountSid), means);
            case EVENT_STREAMS -> batches.publish(eventStreams.decode(request, accountSid));
        };
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

    private static TranscriptEvent decode(EventDecoder decoder, ReceivedRequest request, String accountSid) {
        try {
            return decoder.decode(request, accountSid);
        } catch (RuntimeException e) {
            // A mistake of ours must not cost what Twilio signed. The exception's words could be the customer's.
            log.atError()
                    .addKeyValue("requestId", request.requestId())
                    .addKeyValue("failure", e.getClass().getName())
                    .log("The decoder failed; the request is kept as unknown");
            return new Unknown(accountSid, null, "decoder_failed", Sources.ofUndecoded(request, accountSid));
        }
    }

    /// The accounts that the request says it is from. Nothing in it is proved yet.
    private Set<String> accountsNamedIn(ReceivedRequest request) {
        if (request.endpoint() == Endpoint.FLOW_ENDED && request.authorization() != null) {
            return flowEnds.accountsNamedIn(request);
        }
        if (request.endpoint() == Endpoint.EVENT_STREAMS) {
            var body = new String(request.body(), ISO_8859_1);
            return signatures.servedAccounts().stream().filter(body::contains).collect(Collectors.toUnmodifiableSet());
        }
        return request.form().valuesOf(ACCOUNT_PARAMETER).stream()
                .map(value -> new String(value, ISO_8859_1))
                .filter(value -> ACCOUNT_SID.matcher(value).matches())
                .collect(Collectors.toUnmodifiableSet());
    }
}
