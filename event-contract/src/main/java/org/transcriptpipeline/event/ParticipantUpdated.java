package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// A participant changed (`onParticipantUpdated`).
public record ParticipantUpdated(
        String conversationSid, String participantSid, ParticipantFields participant, Source source)
        implements TranscriptEvent {

    public ParticipantUpdated {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(participantSid, "participantSid");
        requireNonNull(source, "source");
        requireNonNull(participant, "participant");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
