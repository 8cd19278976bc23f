package org.transcriptpipeline.simulator.world;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a new conversation is given, or what of an old one is changed; null is the default, or stays as it is.
public record ConversationFields(
        @Nullable String friendlyName,
        @Nullable String uniqueName,
        @Nullable String messagingServiceSid,
        @Nullable String attributes,
        @Nullable State state,
        @Nullable Duration inactiveTimer,
        @Nullable Duration closedTimer,
        @Nullable Instant dateCreated) {

    public static final ConversationFields NONE =
            new ConversationFields(null, null, null, null, null, null, null, null);

    public static ConversationFields named(String friendlyName) {
        return new ConversationFields(friendlyName, null, null, null, null, null, null, null);
    }

    @Override
    public String toString() {
        return "ConversationFields[]";
    }
}
