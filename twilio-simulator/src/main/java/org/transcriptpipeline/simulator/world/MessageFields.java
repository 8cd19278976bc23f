package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a new message is given, or what of an old one is changed; null is the default, or stays as it is.
///
/// @param dateCreated back-dates the message, as Twilio's API allows
public record MessageFields(
        @Nullable String author,
        @Nullable String body,
        @Nullable String attributes,
        List<Media> media,
        @Nullable Instant dateCreated) {

    public MessageFields {
        media = List.copyOf(media);
    }

    public static MessageFields body(String body) {
        return new MessageFields(null, body, null, List.of(), null);
    }

    public static MessageFields of(String author, String body) {
        return new MessageFields(author, body, null, List.of(), null);
    }

    @Override
    public String toString() {
        return "MessageFields[]";
    }
}
