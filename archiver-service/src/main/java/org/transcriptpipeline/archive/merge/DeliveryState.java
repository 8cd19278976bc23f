package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.Least.earlier;
import static org.transcriptpipeline.archive.merge.Least.later;
import static org.transcriptpipeline.archive.merge.Least.least;
import static org.transcriptpipeline.archive.merge.Least.union;

import java.time.Instant;
import java.util.Comparator;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What is known of the way of one message to one recipient, from receipts and status callbacks alike.
///
/// @param channelMessageSid `SM…`, `MM…` or `WA…`
/// @param statuses every state seen, in lower case; never empty
/// @param error the first error; a later success does not erase it
public record DeliveryState(
        String channelMessageSid,
        String accountSid,
        Registers<Field> registers,
        SortedSet<String> statuses,
        @Nullable FirstError error,
        Instant firstReceivedAt,
        Instant lastReceivedAt,
        SortedSet<String> sources)
        implements Mergeable<DeliveryState> {

    /// The registers. The order is part of what is stored: add at the end.
    public enum Field {
        DELIVERY_RECEIPT_SID,
        MESSAGE_SID,
        CONVERSATION_SID,
        PARTICIPANT_SID,
        FROM_ADDRESS,
        TO_ADDRESS,
        MESSAGING_SERVICE_SID,
        CHANNEL_PREFIX
    }

    /// An error, ordered by time, then by code.
    ///
    /// @param at Twilio's time where it gives one, otherwise our receive time
    /// @param text the channel's own words
    public record FirstError(Instant at, int code, @Nullable String text) implements Comparable<FirstError> {

        private static final Comparator<FirstError> ORDER = Comparator.comparing(FirstError::at)
                .thenComparingInt(FirstError::code)
                .thenComparing(FirstError::textOrEmpty);

        private String textOrEmpty() {
            return text == null ? "" : text;
        }

        @Override
        public int compareTo(FirstError other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return "FirstError[" + code + "]";
        }
    }

    @Override
    public String key() {
        return channelMessageSid;
    }

    /// The furthest state seen.
    public String status() {
        return DeliveryStatus.furthest(statuses);
    }

    @Override
    public DeliveryState merge(DeliveryState other) {
        return new DeliveryState(
                channelMessageSid,
                earlier(accountSid, other.accountSid),
                registers.merge(other.registers),
                union(statuses, other.statuses),
                least(error, other.error),
                earlier(firstReceivedAt, other.firstReceivedAt),
                later(lastReceivedAt, other.lastReceivedAt),
                union(sources, other.sources));
    }
}
