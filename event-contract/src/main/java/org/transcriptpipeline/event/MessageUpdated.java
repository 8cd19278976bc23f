package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// A message was edited (`onMessageUpdated`).
public record MessageUpdated(String conversationSid, String messageSid, MessageFields message, Source source)
        implements TranscriptEvent {

    public MessageUpdated {
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
