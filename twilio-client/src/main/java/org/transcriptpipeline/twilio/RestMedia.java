package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// An attachment of a message, `ME…`, as the Media Content Service knows it.
///
/// @param sizeBytes of the content
/// @param links null where Twilio gives none
public record RestMedia(
        @JsonProperty("sid") String sid,
        @JsonProperty("service_sid") @Nullable String serviceSid,
        @JsonProperty("channel_sid") @Nullable String conversationSid,
        @JsonProperty("message_sid") @Nullable String messageSid,
        @JsonProperty("size") @Nullable Long sizeBytes,
        @JsonProperty("content_type") @Nullable String contentType,
        @JsonProperty("links") @Nullable Links links) {

    public RestMedia {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "RestMedia[" + sid + "]";
    }

    /// @param temporaryContent where the bytes are for a short time, for everybody who knows the link: it is a
    ///     secret, and nothing of ours may be sent there
    public record Links(
            @JsonProperty("content_direct_temporary") @Nullable
            String temporaryContent) {

        @Override
        public String toString() {
            return "Links[]";
        }
    }
}
