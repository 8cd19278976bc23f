package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// A conversation's own fields changed (`onConversationUpdated`).
public record ConversationUpdated(String conversationSid, ConversationFields conversation, Source source)
        implements TranscriptEvent {

    public ConversationUpdated {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(source, "source");
        requireNonNull(conversation, "conversation");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
