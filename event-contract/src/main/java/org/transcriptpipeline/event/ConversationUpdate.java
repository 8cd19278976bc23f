package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onConversationUpdate`: a conversation is about to be changed.
public record ConversationUpdate(String conversationSid, ConversationFields conversation, Source source)
        implements PreActionEvent {

    public ConversationUpdate {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(conversation, "conversation");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
