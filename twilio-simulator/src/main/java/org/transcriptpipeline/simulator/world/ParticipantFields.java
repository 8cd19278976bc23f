package org.transcriptpipeline.simulator.world;

import org.jspecify.annotations.Nullable;

/// What a new participant is given, or what of one is changed; null is the default, or stays as it is.
public record ParticipantFields(
        @Nullable String identity,
        @Nullable Binding binding,
        @Nullable String attributes,
        @Nullable String roleSid,
        @Nullable Integer lastReadMessageIndex) {

    public static ParticipantFields chat(String identity) {
        return new ParticipantFields(identity, null, null, null, null);
    }

    public static ParticipantFields reachedBy(Binding binding) {
        return new ParticipantFields(null, binding, null, null, null);
    }

    @Override
    public String toString() {
        return "ParticipantFields[]";
    }
}
