package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where an event was seen.
///
/// @param kind the door it came through
/// @param eventId deterministic: the same request gives the same id, see [EventId]
/// @param accountSid the account whose token proved the request
/// @param receivedAt our clock when the request, or the answer to ours, was complete
/// @param observedAt of a snapshot: Twilio's clock when it answered. Null: the event has times of its own
/// @param idempotencyToken header `I-Twilio-Idempotency-Token`; presumably stable across Twilio's retries
/// @param contentType the request's content type as sent
/// @param eventType what the source calls this event, `onMessageAdded` for instance
/// @param origin Twilio's `Source`: who caused it, `SMS` (a carrier), `SDK` or `API`
/// @param clientIdentity Twilio's `ClientIdentity`, where an SDK client caused it
/// @param body what came, byte for byte: the request's body, one event of a batch, or one resource of an answer;
///     Base64 in JSON
/// @param notes what could not be understood, as `code` or `code:parameter`; never holds a value of a parameter
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Source(
        SourceKind kind,
        String eventId,
        String accountSid,
        Instant receivedAt,
        @Nullable Instant observedAt,
        @Nullable String idempotencyToken,
        @Nullable String contentType,
        @Nullable String eventType,
        @Nullable String origin,
        @Nullable String clientIdentity,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) byte[] body,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> notes) {

    public Source {
        requireNonNull(kind, "kind");
        requireNonNull(eventId, "eventId");
        requireNonNull(accountSid, "accountSid");
        requireNonNull(receivedAt, "receivedAt");
        body = body == null ? new byte[0] : body;
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /// Names the event, shows nothing that a customer wrote.
    @Override
    public String toString() {
        return "Source[" + kind.wireName() + " " + eventType + " " + eventId + "]";
    }
}
