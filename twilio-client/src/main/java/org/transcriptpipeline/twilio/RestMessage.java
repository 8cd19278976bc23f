package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message of a conversation, `IM…`.
///
/// @param index position in the conversation, 0-based, growing, may have holes
/// @param author an address, a chat identity, `system`, or whatever an API client set
/// @param media attachments; empty where there are none
/// @param attributes JSON text as it came
/// @param participantSid `MB…`; null for authors who are not participants
/// @param delivery null where Twilio says nothing of it; receipts tell the states of each recipient
/// @param dateCreated may be set by an API client: for display, never for order
/// @param dateUpdated null until the message is edited
public record RestMessage(
        @JsonProperty("sid") String sid,
        @JsonProperty("conversation_sid") @Nullable String conversationSid,
        @JsonProperty(value = "index", required = true) long index,
        @JsonProperty("author") @Nullable String author,
        @JsonProperty("body") @Nullable String body,
        @JsonProperty("media") List<Media> media,
        @JsonProperty("attributes") @Nullable String attributes,
        @JsonProperty("participant_sid") @Nullable String participantSid,
        @JsonProperty("delivery") @Nullable Delivery delivery,
        @JsonProperty("content_sid") @Nullable String contentSid,
        @JsonProperty("date_created") @Nullable Instant dateCreated,
        @JsonProperty("date_updated") @Nullable Instant dateUpdated) {

    public RestMessage {
        requireNonNull(sid, "sid");
        media = media == null ? List.of() : List.copyOf(media);
    }

    @Override
    public String toString() {
        return "RestMessage[" + sid + " " + conversationSid + " index=" + index + "]";
    }

    /// An attachment, `ME…`.
    ///
    /// @param sizeBytes null where Twilio does not say
    public record Media(
            @JsonProperty("sid") @Nullable String sid,
            @JsonProperty("content_type") @Nullable String contentType,
            @JsonProperty("filename") @Nullable String filename,
            @JsonProperty("size") @Nullable Long sizeBytes) {

        @Override
        public String toString() {
            return "Media[" + sid + "]";
        }
    }

    /// How many recipients outside of chat there are, and for each state whether `all`, `some` or `none` of them
    /// reached it.
    public record Delivery(
            @JsonProperty("total") int total,
            @JsonProperty("sent") @Nullable String sent,
            @JsonProperty("delivered") @Nullable String delivered,
            @JsonProperty("read") @Nullable String read,
            @JsonProperty("failed") @Nullable String failed,
            @JsonProperty("undelivered") @Nullable String undelivered) {}
}
