package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.json.RawJson;
import tools.jackson.databind.annotation.JsonDeserialize;

/// A conversation, `CH…`.
///
/// @param serviceSid the Conversations service that it belongs to, `IS…`
/// @param attributes JSON text as it came
/// @param state `initializing`, `active`, `inactive`, `closed`, or what Twilio adds to them
/// @param timers when it will change its state by itself
/// @param bindings JSON text as it came
public record RestConversation(
        @JsonProperty("sid") String sid,
        @JsonProperty("chat_service_sid") @Nullable String serviceSid,
        @JsonProperty("messaging_service_sid") @Nullable String messagingServiceSid,
        @JsonProperty("friendly_name") @Nullable String friendlyName,
        @JsonProperty("unique_name") @Nullable String uniqueName,
        @JsonProperty("attributes") @Nullable String attributes,
        @JsonProperty("state") @Nullable String state,
        @JsonProperty("timers") @Nullable Timers timers,

        @JsonProperty("bindings") @JsonDeserialize(using = RawJson.class) @Nullable
        String bindings,

        @JsonProperty("date_created") @Nullable Instant dateCreated,
        @JsonProperty("date_updated") @Nullable Instant dateUpdated) {

    public RestConversation {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "RestConversation[" + sid + " " + serviceSid + " " + state + "]";
    }

    /// When the timers fire: the moments, not the durations that were set. Null where no timer runs.
    public record Timers(
            @JsonProperty("date_inactive") @Nullable Instant dateInactive,
            @JsonProperty("date_closed") @Nullable Instant dateClosed) {}
}
