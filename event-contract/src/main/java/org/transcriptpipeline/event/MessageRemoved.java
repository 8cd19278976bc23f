package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A message was deleted (`onMessageRemoved`); the last body may be included.
///
/// @param removedAt `DateRemoved`; where it is missing the receive time stands in
public record MessageRemoved(
        String conversationSid,
        String messageSid,
        MessageFields message,
        @Nullable Instant removedAt,
        Source source) implements TranscriptEvent {

    public MessageRemoved {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(messageSid, "messageSid");
        requireNonNull(source, "source");
        requireNonNull(message, "message");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
