package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one observation says of a message. Null: it did not say.
///
/// @param index position in the conversation, 0-based, may have holes
/// @param author an address, a chat identity, `system`, or whatever an API client set
/// @param participantSid `MB…`; absent for authors who are not participants
/// @param attributes JSON text as it came
/// @param media attachments; empty means that it said "none"
/// @param dateCreated may be set by an API client: for display, never for order
/// @param dateUpdated null until the message is edited
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MessageFields(
        @Nullable Long index,
        @Nullable String body,
        @Nullable String author,
        @Nullable String participantSid,
        @Nullable String attributes,
        @Nullable List<MediaItem> media,
        @Nullable Instant dateCreated,
        @Nullable Instant dateUpdated,
        @Nullable String serviceSid,
        @Nullable String messagingServiceSid) {

    public static final MessageFields EMPTY =
            new MessageFields(null, null, null, null, null, null, null, null, null, null);

    public MessageFields {
        media = media == null ? null : List.copyOf(media);
    }

    @Override
    public String toString() {
        return "MessageFields[index=" + index + "]";
    }
}
