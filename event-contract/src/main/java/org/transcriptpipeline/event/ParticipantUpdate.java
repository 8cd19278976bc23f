package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onParticipantUpdate`: a participant is about to be changed.
public record ParticipantUpdate(
        String conversationSid, String participantSid, ParticipantFields participant, Source source)
        implements PreActionEvent {

    public ParticipantUpdate {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(participantSid, "participantSid");
        requireNonNull(participant, "participant");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
