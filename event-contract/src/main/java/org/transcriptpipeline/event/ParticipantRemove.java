package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onParticipantRemove`: somebody is about to leave.
public record ParticipantRemove(
        String conversationSid, String participantSid, ParticipantFields participant, Source source)
        implements PreActionEvent {

    public ParticipantRemove {
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
