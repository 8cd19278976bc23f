package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of a message for one recipient, `DY…`.
///
/// @param channelMessageSid `SM…` or `MM…`: the message as the channel knows it
/// @param status null while the message is still inside Twilio; then `sent`, `delivered`, `read`, `failed`,
///     `undelivered`, or what Twilio adds to them
/// @param dateUpdated null until the status changes
public record RestReceipt(
        @JsonProperty("sid") String sid,
        @JsonProperty("conversation_sid") @Nullable String conversationSid,
        @JsonProperty("message_sid") @Nullable String messageSid,
        @JsonProperty("channel_message_sid") @Nullable String channelMessageSid,
        @JsonProperty("participant_sid") @Nullable String participantSid,
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("error_code") @Nullable Integer errorCode,
        @JsonProperty("date_created") @Nullable Instant dateCreated,
        @JsonProperty("date_updated") @Nullable Instant dateUpdated) {

    public RestReceipt {
        requireNonNull(sid, "sid");
    }
}
