package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.Least.earlier;
import static org.transcriptpipeline.archive.merge.Least.least;
import static org.transcriptpipeline.archive.merge.Least.union;

import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What is known of a participant.
///
/// @param leftAt the first time that it was seen as gone: leaving sticks
public record ParticipantState(
        String participantSid,
        String conversationSid,
        String accountSid,
        Registers<Field> registers,
        @Nullable Instant leftAt,
        Instant firstReceivedAt,
        SortedSet<String> sources)
        implements Mergeable<ParticipantState> {

    /// The registers. The order is part of what is stored: add at the end.
    public enum Field {
        IDENTITY,
        ADDRESS,
        PROXY_ADDRESS,
        BINDING_TYPE,
        ROLE_SID,
        ATTRIBUTES,
        LAST_READ_MESSAGE_INDEX,
        JOINED_AT
    }

    @Override
    public String key() {
        return participantSid;
    }

    @Override
    public ParticipantState merge(ParticipantState other) {
        return new ParticipantState(
                participantSid,
                earlier(conversationSid, other.conversationSid),
                earlier(accountSid, other.accountSid),
                registers.merge(other.registers),
                least(leftAt, other.leftAt),
                earlier(firstReceivedAt, other.firstReceivedAt),
                union(sources, other.sources));
    }
}
