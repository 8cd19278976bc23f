package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A participant of a conversation, `MB…`.
///
/// @param identity of a chat user; null for one who is reached by an address
/// @param messagingBinding null for one who is in chat only
/// @param attributes JSON text as it came
/// @param lastReadTimestamp as it came
public record RestParticipant(
        @JsonProperty("sid") String sid,
        @JsonProperty("conversation_sid") @Nullable String conversationSid,
        @JsonProperty("identity") @Nullable String identity,
        @JsonProperty("messaging_binding") @Nullable MessagingBinding messagingBinding,
        @JsonProperty("attributes") @Nullable String attributes,
        @JsonProperty("role_sid") @Nullable String roleSid,
        @JsonProperty("last_read_message_index") @Nullable Long lastReadMessageIndex,
        @JsonProperty("last_read_timestamp") @Nullable String lastReadTimestamp,
        @JsonProperty("date_created") @Nullable Instant dateCreated,
        @JsonProperty("date_updated") @Nullable Instant dateUpdated) {

    public RestParticipant {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "RestParticipant[" + sid + " " + conversationSid + "]";
    }
}
