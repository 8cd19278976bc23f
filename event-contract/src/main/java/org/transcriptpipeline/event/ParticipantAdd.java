package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onParticipantAdd`: somebody is about to join; the participant has no SID yet.
public record ParticipantAdd(String conversationSid, ParticipantFields participant, Source source)
        implements PreActionEvent {

    public ParticipantAdd {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(participant, "participant");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
