package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.Least.earlier;
import static org.transcriptpipeline.archive.merge.Least.least;
import static org.transcriptpipeline.archive.merge.Least.union;

import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What is known of a conversation from all that was observed of it.
///
/// @param closedAt the first time that it was seen as closed: closing sticks
/// @param removedAt likewise
/// @param firstReceivedAt when we first heard of it
/// @param sources wire names of the source kinds that spoke of it
public record ConversationState(
        String conversationSid,
        String accountSid,
        Registers<Field> registers,
        @Nullable Instant closedAt,
        @Nullable Instant removedAt,
        Instant firstReceivedAt,
        SortedSet<String> sources)
        implements Mergeable<ConversationState> {

    /// The registers. The order is part of what is stored: add at the end.
    public enum Field {
        SERVICE_SID,
        MESSAGING_SERVICE_SID,
        UNIQUE_NAME,
        FRIENDLY_NAME,
        ATTRIBUTES,
        STATE,
        /// An array literal of Postgres, see [TextArray].
        BINDING_ADDRESSES,
        BINDING_PROXY_ADDRESS,
        STARTED_AT,
        /// When the latest listing of the messages began, by the database's clock.
        LISTED_AT,
        /// The highest index of that listing; [#EMPTY_LIST] where it held none.
        LISTED_THROUGH,
        /// The indexes that it does not hold: a multirange literal of Postgres, see [IndexRanges].
        LISTED_HOLES
    }

    /// The highest index of a listing without messages.
    public static final Long EMPTY_LIST = -1L;

    @Override
    public String key() {
        return conversationSid;
    }

    @Override
    public ConversationState merge(ConversationState other) {
        return new ConversationState(
                conversationSid,
                earlier(accountSid, other.accountSid),
                registers.merge(other.registers),
                least(closedAt, other.closedAt),
                least(removedAt, other.removedAt),
                earlier(firstReceivedAt, other.firstReceivedAt),
                union(sources, other.sources));
    }
}
