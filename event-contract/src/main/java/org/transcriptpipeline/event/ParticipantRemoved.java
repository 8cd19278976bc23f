package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Somebody left a conversation (`onParticipantRemoved`).
///
/// @param removedAt `DateRemoved`; where it is missing the receive time stands in
public record ParticipantRemoved(
        String conversationSid,
        String participantSid,
        ParticipantFields participant,
        @Nullable Instant removedAt,
        Source source)
        implements TranscriptEvent {

    public ParticipantRemoved {
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
