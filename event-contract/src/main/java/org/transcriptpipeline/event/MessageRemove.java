package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onMessageRemove`: a message is about to be deleted.
public record MessageRemove(String conversationSid, String messageSid, MessageFields message, Source source)
        implements PreActionEvent {

    public MessageRemove {
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
