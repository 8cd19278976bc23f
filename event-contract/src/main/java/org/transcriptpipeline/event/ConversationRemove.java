package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onConversationRemove`: a conversation is about to be deleted.
public record ConversationRemove(String conversationSid, ConversationFields conversation, Source source)
        implements PreActionEvent {

    public ConversationRemove {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(conversation, "conversation");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
