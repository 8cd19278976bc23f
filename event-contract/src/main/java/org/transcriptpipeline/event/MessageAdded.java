package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// A message was accepted into a conversation (`onMessageAdded`).
///
/// @param messageSid `IM…`, never the carrier's SID
public record MessageAdded(String conversationSid, String messageSid, MessageFields message, Source source)
        implements TranscriptEvent {

    public MessageAdded {
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
