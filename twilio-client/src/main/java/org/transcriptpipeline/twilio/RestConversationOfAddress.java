package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A conversation in which an address takes part; Twilio's ParticipantConversation.
///
/// @param conversationState `active`, `inactive`, `closed`, or what Twilio adds to them
public record RestConversationOfAddress(
        @JsonProperty("conversation_sid") String conversationSid,
        @JsonProperty("chat_service_sid") @Nullable String serviceSid,
        @JsonProperty("conversation_state") @Nullable String conversationState,
        @JsonProperty("conversation_unique_name") @Nullable String conversationUniqueName,

        @JsonProperty("conversation_friendly_name") @Nullable
        String conversationFriendlyName,

        @JsonProperty("participant_sid") @Nullable String participantSid,
        @JsonProperty("participant_identity") @Nullable String participantIdentity,

        @JsonProperty("participant_messaging_binding") @Nullable
        MessagingBinding participantMessagingBinding,

        @JsonProperty("conversation_date_created") @Nullable Instant conversationDateCreated,
        @JsonProperty("conversation_date_updated") @Nullable Instant conversationDateUpdated) {

    public RestConversationOfAddress {
        requireNonNull(conversationSid, "conversation_sid");
    }

    @Override
    public String toString() {
        return "RestConversationOfAddress[" + conversationSid + " " + participantSid + " " + conversationState + "]";
    }
}
