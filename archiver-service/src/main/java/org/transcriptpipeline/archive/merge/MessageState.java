package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.Least.earlier;
import static org.transcriptpipeline.archive.merge.Least.greatest;
import static org.transcriptpipeline.archive.merge.Least.least;
import static org.transcriptpipeline.archive.merge.Least.union;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What is known of a message.
///
/// @param editedAt the latest time of an edit
/// @param removedAt the first time that it was seen as removed: removal sticks
/// @param stub known only from a delivery receipt
/// @param announced told by a webhook or an event stream, not only found by asking
/// @param superseded values that a newer one took the place of, by what makes them one. The current values are not
///     in
/// it
public record MessageState(
        String messageSid,
        String conversationSid,
        String accountSid,
        Registers<Field> registers,
        @Nullable Instant editedAt,
        @Nullable Instant removedAt,
        boolean stub,
        boolean announced,
        Instant firstReceivedAt,
        SortedSet<String> sources,
        Map<Revision.Key, Revision> superseded)
        implements Mergeable<MessageState> {

    /// The registers. The order is part of what is stored: add at the end.
    public enum Field {
        INDEX,
        BODY,
        AUTHOR,
        PARTICIPANT_SID,
        ATTRIBUTES,
        /// A JSON array as text.
        MEDIA,
        SENT_AT,
        ORIGIN
    }

    @Override
    public String key() {
        return messageSid;
    }

    @Override
    public MessageState merge(MessageState other) {
        var merged = registers.merge(other.registers);
        return new MessageState(
                messageSid,
                earlier(conversationSid, other.conversationSid),
                earlier(accountSid, other.accountSid),
                merged,
                greatest(editedAt, other.editedAt),
                least(removedAt, other.removedAt),
                stub && other.stub,
                announced || other.announced,
                earlier(firstReceivedAt, other.firstReceivedAt),
                union(sources, other.sources),
                supersededBy(merged, other));
    }

    /// The same without its superseded values, for a comparison with the row.
    public MessageState withoutSuperseded() {
        return new MessageState(
                messageSid,
                conversationSid,
                accountSid,
                registers,
                editedAt,
                removedAt,
                stub,
                announced,
                firstReceivedAt,
                sources,
                Map.of());
    }

    private Map<Revision.Key, Revision> supersededBy(Registers<Field> merged, MessageState other) {
        var all = new HashMap<Revision.Key, Revision>();
        add(all, superseded);
        add(all, other.superseded);
        for (var register : Revision.Register.values()) {
            if (Revision.isContested(register, registers, other.registers)) {
                add(all, Revision.current(register, registers));
                add(all, Revision.current(register, other.registers));
            }
        }
        if (!all.isEmpty()) {
            for (var register : Revision.Register.values()) {
                var current = Revision.current(register, merged);
                if (current != null) {
                    all.remove(current.key());
                }
            }
        }
        return Map.copyOf(all);
    }

    private static void add(Map<Revision.Key, Revision> all, Map<Revision.Key, Revision> more) {
        more.values().forEach(revision -> add(all, revision));
    }

    private static void add(Map<Revision.Key, Revision> all, @Nullable Revision revision) {
        if (revision != null) {
            all.merge(revision.key(), revision, Revision::newer);
        }
    }
}
