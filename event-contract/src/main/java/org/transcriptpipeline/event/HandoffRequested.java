package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// A person asked for a conversation to be handed over, by console, API or command. Each request is a handoff of its
/// own.
///
/// @param requestId chosen by who asked, so that asking again for the same is one request
/// @param note a line for the operator
/// @param requestedBy the user name that signed in
public record HandoffRequested(
        String conversationSid,
        String requestId,
        @Nullable String note,
        @Nullable String requestedBy,
        Source source) implements TranscriptEvent {

    public HandoffRequested {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(requestId, "requestId");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }

    @Override
    public String toString() {
        return "HandoffRequested[" + conversationSid + "]"; // the rest is somebody's words or name
    }
}
