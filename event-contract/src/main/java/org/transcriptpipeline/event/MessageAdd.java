package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onMessageAdd`: a message is about to be added; it has neither SID nor index yet.
public record MessageAdd(String conversationSid, MessageFields message, Source source) implements PreActionEvent {

    public MessageAdd {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(message, "message");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
