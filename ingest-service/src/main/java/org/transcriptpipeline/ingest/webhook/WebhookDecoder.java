package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;

/// What a request means: one decoder per kind. The same for a request that was just received and for one that was
/// kept and is adopted later, so that both give the same events.
public final class WebhookDecoder {

    /// Events of one request that are read where no setting says otherwise; the default of [EventStreamProperties].
    public static final int USUAL_EVENT_LIMIT = 2000;

    private static final Logger log = LoggerFactory.getLogger(WebhookDecoder.class);
    private static final Pattern ACCOUNT_SID = Pattern.compile("AC[0-9A-Za-z]{1,62}");
    private static final byte[] ACCOUNT_PARAMETER = "AccountSid".getBytes(ISO_8859_1);

    private final ConversationWebhookDecoder conversations = new ConversationWebhookDecoder();
    private final MessageStatusDecoder messageStatuses = new MessageStatusDecoder();
    private final FlowEndedDecoder flowEnds = new FlowEndedDecoder();
    private final EventStreamDecoder eventStreams;

    /// @param eventLimit events of one request of Event Streams that are read
    public WebhookDecoder(int eventLimit) {
        this.eventStreams = new EventStreamDecoder(eventLimit);
    }

    /// The accounts that the request says it is from. Nothing in it is proved yet.
    ///
    /// @param served the accounts that are served: a stream's batch is searched for them alone
    public Set<String> accountsNamedIn(ReceivedRequest request, Set<String> served) {
        if (request.endpoint() == Endpoint.FLOW_ENDED && request.authorization() != null) {
            return flowEnds.accountsNamedIn(request);
        }
        if (request.endpoint() == Endpoint.EVENT_STREAMS) {
            var body = new String(request.body(), ISO_8859_1);
            return served.stream().filter(body::contains).collect(Collectors.toUnmodifiableSet());
        }
        var named = new HashSet<String>();
        for (var value : request.form().valuesOf(ACCOUNT_PARAMETER)) {
            var sid = new String(value, ISO_8859_1);
            // another is named in the quarantine: only what can be one
            if (served.contains(sid) || ACCOUNT_SID.matcher(sid).matches()) {
                named.add(sid);
            }
        }
        return Collections.unmodifiableSet(named);
    }

    /// Whether the type of its body means something at its door.
    public boolean takesTypeOf(ReceivedRequest request) {
        return request.isForm() || (request.isJson() && request.endpoint().takesJson());
    }

    /// One event, of Event Streams as many as the batch holds. Never refuses: what is not understood is an [Unknown].
    public List<TranscriptEvent> decode(ReceivedRequest request, String accountSid) {
        return switch (request.endpoint()) {
            case CONVERSATIONS -> List.of(decode(conversations, request, accountSid));
            case MESSAGE_STATUS -> List.of(decode(messageStatuses, request, accountSid));
            case FLOW_ENDED -> List.of(decode(flowEnds, request, accountSid));
            case EVENT_STREAMS -> eventStreams.decode(request, accountSid);
        };
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
}
