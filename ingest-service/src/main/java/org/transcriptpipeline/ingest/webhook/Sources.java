package org.transcriptpipeline.ingest.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.ingest.request.ReceivedRequest;

/// Where an event was seen: the same for every kind of request.
final class Sources {

    private Sources() {}

    /// The source of a form from Twilio.
    static Source of(ReceivedRequest request, String accountSid, Parameters parameters) {
        return make(
                request,
                EventId.of(accountSid, request.endpoint().kind(), request.body()),
                accountSid,
                parameters.filled("EventType"),
                parameters.filled("Source"),
                parameters.filled("ClientIdentity"),
                request.body(),
                parameters.notes());
    }

    /// The source of a flow's end, whose id does not follow from its bytes where they name no execution.
    static Source ofFlowEnd(
            ReceivedRequest request, String accountSid, @Nullable String executionSid, List<String> notes) {
        var eventId = executionSid != null
                ? EventId.of(accountSid, request.endpoint().kind(), request.body())
                : EventId.ofFlowEnd(accountSid, request.body(), request.idempotencyToken(), request.receivedAt());
        return make(request, eventId, accountSid, null, null, null, request.body(), notes);
    }

    /// The source of one event of a batch.
    ///
    /// @param slice its bytes as they came
    static Source ofStreamed(
            ReceivedRequest request,
            String accountSid,
            byte[] slice,
            @Nullable String eventType,
            @Nullable String origin,
            @Nullable String clientIdentity,
            List<String> notes) {
        return make(
                request,
                EventId.of(accountSid, request.endpoint().kind(), slice),
                accountSid,
                eventType,
                origin,
                clientIdentity,
                slice,
                notes);
    }

    /// The source of a request that no decoder could read.
    static Source ofUndecoded(ReceivedRequest request, String accountSid) {
        var eventId = EventId.of(accountSid, request.endpoint().kind(), request.body());
        return make(request, eventId, accountSid, null, null, null, request.body(), List.of());
    }

    private static Source make(
            ReceivedRequest request,
            String eventId,
            String accountSid,
            @Nullable String eventType,
            @Nullable String origin,
            @Nullable String clientIdentity,
            byte[] body,
            List<String> notes) {
        return new Source(
                request.endpoint().kind(),
                eventId,
                accountSid,
                request.receivedAt(),
                null,
                request.idempotencyToken(),
                request.contentType() == null ? null : StorableText.of(request.contentType()),
                eventType,
                origin,
                clientIdentity,
                body,
                notes);
    }
}
