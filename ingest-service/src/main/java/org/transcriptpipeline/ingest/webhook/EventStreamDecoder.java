package org.transcriptpipeline.ingest.webhook;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A request of Event Streams: CloudEvents 1.0 objects, each an event of its own. Never refuses: what is not
/// understood is an [Unknown].
///
/// Source of the envelope: twilio.com/docs/events/webhook-quickstart (`twilio-reference` 7.2). Its `datacontenttype`
/// has been seen to hold a time and is not looked at.
final class EventStreamDecoder {

    private static final Logger log = LoggerFactory.getLogger(EventStreamDecoder.class);

    /// Deeper than anyone means, and far from what would overflow a reader's stack.
    private static final int DEPTH_LIMIT = 64;

    private final int eventLimit;
    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_LIMIT)
                            .build())
                    .build())
            .build();

    /// @param eventLimit events that one request may hold; more are kept as one that was not understood
    EventStreamDecoder(int eventLimit) {
        this.eventLimit = eventLimit;
    }

    /// In the order of the request; none for an empty array.
    List<TranscriptEvent> decode(ReceivedRequest request, String accountSid) {
        var batch = CloudEventBatch.of(request.body(), eventLimit);
        var problem = batch.problem();
        if (problem != null) {
            return List.of(unread(request, accountSid, request.body(), problem));
        }
        var events = new ArrayList<TranscriptEvent>(batch.slices().size());
        for (var slice : batch.slices()) {
            events.add(decode(request, accountSid, slice));
        }
        return events;
    }

    private TranscriptEvent decode(ReceivedRequest request, String accountSid, byte[] slice) {
        JsonNode tree;
        try {
            tree = mapper.readTree(slice);
        } catch (JacksonException e) { // too deep, or a number without end; its message would quote the event
            return unread(request, accountSid, slice, "not_readable");
        }
        if (!tree.isObject()) {
            return unread(request, accountSid, slice, "not_a_cloud_event");
        }
        try {
            return new StreamedEvent(request, accountSid, slice, tree).decode();
        } catch (RuntimeException e) {
            // A mistake of ours must not cost what Twilio signed. The exception's words could be the customer's.
            log.atError()
                    .addKeyValue("requestId", request.requestId())
                    .addKeyValue("failure", e.getClass().getName())
                    .log("The decoder failed; the event is kept as unknown");
            return unread(request, accountSid, slice, "decoder_failed", typeIn(tree));
        }
    }

    private static Unknown unread(ReceivedRequest request, String accountSid, byte[] bytes, String reason) {
        return unread(request, accountSid, bytes, reason, null);
    }

    private static Unknown unread(
            ReceivedRequest request, String accountSid, byte[] bytes, String reason, @Nullable String type) {
        var source = Sources.ofStreamed(request, accountSid, bytes, type, null, null, List.of());
        return new Unknown(accountSid, null, reason, source);
    }

    private static @Nullable String typeIn(JsonNode cloudEvent) {
        var type = cloudEvent.get("type");
        return type != null && type.isString() ? StorableText.of(type.stringValue()) : null;
    }
}
