package org.transcriptpipeline.simulator.world;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A conversation as it is now.
///
/// @param sid CH…
/// @param ordinal counts up with every conversation of the world; no client sees it
/// @param serviceSid IS…, the service that it lives in
/// @param attributes JSON as text
/// @param inactiveTimer without activity for so long it becomes inactive
/// @param closedTimer and after so long closed
public record Conversation(
        String sid,
        long ordinal,
        String serviceSid,
        @Nullable String messagingServiceSid,
        @Nullable String friendlyName,
        @Nullable String uniqueName,
        String attributes,
        State state,
        Instant dateCreated,
        Instant dateUpdated,
        @Nullable Duration inactiveTimer,
        @Nullable Duration closedTimer) {

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    Conversation with(State newState, Instant now) {
        return new Conversation(
                sid,
                ordinal,
                serviceSid,
                messagingServiceSid,
                friendlyName,
                uniqueName,
                attributes,
                newState,
                dateCreated,
                now,
                inactiveTimer,
                closedTimer);
    }

    Conversation with(ConversationFields change, Instant now) {
        return new Conversation(
                sid,
                ordinal,
                serviceSid,
                change.messagingServiceSid() == null ? messagingServiceSid : change.messagingServiceSid(),
                change.friendlyName() == null ? friendlyName : change.friendlyName(),
                change.uniqueName() == null ? uniqueName : change.uniqueName(),
                change.attributes() == null ? attributes : change.attributes(),
                state,
                dateCreated,
                now,
                change.inactiveTimer() == null ? inactiveTimer : change.inactiveTimer(),
                change.closedTimer() == null ? closedTimer : change.closedTimer());
    }

    /// Without names and attributes.
    @Override
    public String toString() {
        return "Conversation[" + sid + " " + state.wire() + "]";
    }
}
