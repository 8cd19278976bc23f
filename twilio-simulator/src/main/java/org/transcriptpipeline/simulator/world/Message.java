package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message as it is now.
///
/// @param sid IM…
/// @param index place in the conversation, from 0, gaps allowed
/// @param author an address, an identity, or any text that a REST caller gave; `system` when it gave none
/// @param participantSid MB…; null when the author is no participant
/// @param body may be empty with media
/// @param attributes JSON as text
/// @param dateCreated a REST caller may have set it: orders nothing
/// @param dateUpdated null until the message is edited
/// @param announcement of its being added; edits are another matter
public record Message(
        String sid,
        String conversationSid,
        int index,
        String author,
        @Nullable String participantSid,
        String body,
        String attributes,
        List<Media> media,
        Instant dateCreated,
        @Nullable Instant dateUpdated,
        Origin origin,
        Announcement announcement) {

    public Message {
        media = List.copyOf(media);
    }

    /// A webhook was meant to be sent.
    public boolean isAnnounced() {
        return announcement != Announcement.NONE;
    }

    /// A webhook was meant to be sent, and nobody got it.
    public boolean isDropped() {
        return announcement == Announcement.DROPPED;
    }

    Message with(Announcement became) {
        return new Message(
                sid,
                conversationSid,
                index,
                author,
                participantSid,
                body,
                attributes,
                media,
                dateCreated,
                dateUpdated,
                origin,
                became);
    }

    Message with(MessageFields change, Instant now) {
        return new Message(
                sid,
                conversationSid,
                index,
                change.author() == null ? author : change.author(),
                participantSid,
                change.body() == null ? body : change.body(),
                change.attributes() == null ? attributes : change.attributes(),
                change.media().isEmpty() ? media : change.media(),
                dateCreated,
                now,
                origin,
                announcement);
    }

    /// Neither words nor author.
    @Override
    public String toString() {
        return "Message[" + sid + " index " + index + " " + origin + " " + announcement + "]";
    }
}
