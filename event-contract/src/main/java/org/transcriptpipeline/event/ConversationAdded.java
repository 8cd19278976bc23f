package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// A conversation exists (`onConversationAdded`).
public record ConversationAdded(String conversationSid, ConversationFields conversation, Source source)
        implements TranscriptEvent {

    public ConversationAdded {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(source, "source");
        requireNonNull(conversation, "conversation");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
