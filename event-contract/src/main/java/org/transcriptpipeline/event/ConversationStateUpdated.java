package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A conversation went from one state to another (`onConversationStateUpdated`).
///
/// @param stateUpdatedAt `StateUpdated`
/// @param reason `API`, `TIMER` or `EVENT`
public record ConversationStateUpdated(
        String conversationSid,
        @Nullable String stateFrom,
        @Nullable String stateTo,
        @Nullable Instant stateUpdatedAt,
        @Nullable String reason,
        @Nullable String serviceSid,
        @Nullable String messagingServiceSid,
        Source source)
        implements TranscriptEvent {

    public ConversationStateUpdated {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
