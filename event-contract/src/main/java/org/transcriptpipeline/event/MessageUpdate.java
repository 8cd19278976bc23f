package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onMessageUpdate`: a message is about to be edited.
public record MessageUpdate(String conversationSid, String messageSid, MessageFields message, Source source)
        implements PreActionEvent {

    public MessageUpdate {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(messageSid, "messageSid");
        requireNonNull(message, "message");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
