package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// Somebody joined a conversation (`onParticipantAdded`).
public record ParticipantAdded(
        String conversationSid, String participantSid, ParticipantFields participant, Source source)
        implements TranscriptEvent {

    public ParticipantAdded {
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
