package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A conversation was deleted (`onConversationRemoved`); what we have of it is kept.
///
/// @param removedAt `DateRemoved`; where it is missing the receive time stands in
public record ConversationRemoved(
        String conversationSid,
        ConversationFields conversation,
        @Nullable Instant removedAt,
        Source source) implements TranscriptEvent {

    public ConversationRemoved {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(source, "source");
        requireNonNull(conversation, "conversation");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
