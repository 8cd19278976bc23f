package org.transcriptpipeline.archive.handoff;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One handoff as its triggers tell it.
///
/// @param trigger the kind of the trigger that was received first
/// @param requestedAt when that was
/// @param occurredAt when the end happened that made it; of interest when it is made
/// @param requestedBy on demand: the user who signed in
/// @param coversThroughIndex of its transcript; null: it has none yet, or that holds no index
/// @param deadline how long it may settle; null: not made yet, so nobody has said
record Handoff(
        String handoffId,
        String accountSid,
        String conversationSid,
        @Nullable String executionSid,
        @Nullable String flowSid,
        String trigger,
        @Nullable String reason,
        @Nullable String note,
        @Nullable String answers,
        Instant requestedAt,
        Instant occurredAt,
        @Nullable String requestedBy,
        @Nullable Long coversThroughIndex,
        @Nullable Duration deadline) {

    static Handoff of(Trigger trigger) {
        var identity = trigger.executionSid() != null ? trigger.executionSid() : trigger.triggerId();
        return new Handoff(
                id(trigger.conversationSid(), identity),
                trigger.accountSid(),
                trigger.conversationSid(),
                trigger.executionSid(),
                trigger.flowSid(),
                trigger.kind().wireName(),
                trigger.reason(),
                trigger.note(),
                trigger.answers(),
                trigger.receivedAt(),
                trigger.occurredAt(),
                trigger.requestedBy(),
                null,
                null);
    }

    /// The same handoff, now that another one tells of the end. What was told before holds.
    Handoff toldBy(Trigger other) {
        boolean isEarlier = other.receivedAt().isBefore(requestedAt)
                || (other.receivedAt().equals(requestedAt) && other.kind().comesBefore(trigger));
        return new Handoff(
                handoffId,
                accountSid,
                conversationSid,
                first(executionSid, other.executionSid()),
                first(flowSid, other.flowSid()),
                isEarlier ? other.kind().wireName() : trigger,
                first(reason, other.reason()),
                first(note, other.note()),
                first(answers, other.answers()),
                isEarlier ? other.receivedAt() : requestedAt,
                occurredAt,
                requestedBy,
                coversThroughIndex,
                deadline);
    }

    /// Derived from the identity, so that a store that is rebuilt gives the same handoff the same id.
    ///
    /// @param identity the execution's SID, or the id of the trigger that knows none
    static String id(String conversationSid, String identity) {
        return UUID.nameUUIDFromBytes((conversationSid + '\n' + identity).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    boolean isOnDemand() {
        return trigger.equals(TriggerKind.ON_DEMAND.wireName());
    }

    private static @Nullable String first(@Nullable String told, @Nullable String tells) {
        return told != null ? told : tells;
    }

    @Override
    public String toString() {
        return "Handoff[" + handoffId + "]"; // reason, note and answers are somebody's words
    }
}
