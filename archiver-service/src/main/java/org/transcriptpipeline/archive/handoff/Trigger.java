package org.transcriptpipeline.archive.handoff;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.archive.merge.ExecutionObservation;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.HandoffRequested;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;

/// One word that a run of a flow, or a conversation, is over, or that a person wants it handed over.
///
/// @param triggerId the event's id; of a closed conversation one for all who tell it, since that happens once
/// @param executionSid null: not known to who tells it
/// @param startedAt when the execution started, by Twilio's clock; null: not told
/// @param reason why, in the words of the flow's author, as `note` and `answers` (a JSON object as text) are
/// @param occurredAt when it happened by Twilio's clock, at the latest when it was received
/// @param receivedAt our clock
/// @param requestedBy on demand: the user who signed in
public record Trigger(
        TriggerKind kind,
        String triggerId,
        String accountSid,
        String conversationSid,
        @Nullable String executionSid,
        @Nullable String flowSid,
        @Nullable Instant startedAt,
        @Nullable String reason,
        @Nullable String note,
        @Nullable String answers,
        Instant occurredAt,
        Instant receivedAt,
        @Nullable String requestedBy) {

    /// Earliest received first.
    static final Comparator<Trigger> ORDER = Comparator.comparing(Trigger::receivedAt)
            .thenComparing(Trigger::kind)
            .thenComparing(Trigger::triggerId);

    /// What an event triggers, if anything.
    public static @Nullable Trigger of(TranscriptEvent event) {
        return switch (event) {
            case FlowEnded ended -> of(ended);
            case FlowExecutionEnded ended -> of(ended);
            case HandoffRequested requested -> of(requested);
            case ConversationStateUpdated moved ->
                ofState(moved.conversationSid(), moved.stateTo(), moved.stateUpdatedAt(), moved.source());
            case ConversationUpdated updated ->
                ofClosed(
                        updated.conversationSid(),
                        updated.conversation().state(),
                        updated.conversation().dateUpdated(),
                        updated.source());
            case ConversationAdded added ->
                ofClosed(
                        added.conversationSid(),
                        added.conversation().state(),
                        added.conversation().dateUpdated(),
                        added.source());
            default -> null;
        };
    }

    private static Trigger of(FlowEnded ended) {
        var source = ended.source();
        return new Trigger(
                TriggerKind.FLOW_ENDED,
                source.eventId(),
                source.accountSid(),
                ended.conversationSid(),
                ended.executionSid(),
                ended.flowSid(),
                null,
                storable(ended.reason()),
                storable(ended.note()),
                ExecutionObservation.answers(ended),
                source.receivedAt(),
                source.receivedAt(),
                null);
    }

    /// Of each request one of its own: its id is the event's, and says who the handoff is before it is made.
    private static Trigger of(HandoffRequested requested) {
        var source = requested.source();
        return new Trigger(
                TriggerKind.ON_DEMAND,
                source.eventId(),
                source.accountSid(),
                requested.conversationSid(),
                null,
                null,
                null,
                null,
                storable(requested.note()),
                null,
                source.receivedAt(),
                source.receivedAt(),
                storable(requested.requestedBy()));
    }

    private static @Nullable Trigger of(FlowExecutionEnded ended) {
        var source = ended.source();
        var conversationSid = ended.conversationSid();
        if (conversationSid == null) {
            return null; // told again when it is found out
        }
        return new Trigger(
                TriggerKind.EXECUTION_ENDED,
                source.eventId(),
                source.accountSid(),
                conversationSid,
                ended.executionSid(),
                ended.flowSid(),
                ended.startedAt(),
                null,
                null,
                null,
                occurred(ended.endedAt(), source),
                source.receivedAt(),
                null);
    }

    private static @Nullable Trigger ofState(
            String conversationSid, @Nullable String state, @Nullable Instant at, Source source) {
        return state != null && state.toLowerCase(Locale.ROOT).equals("inactive")
                ? plain(TriggerKind.INACTIVE, source.eventId(), conversationSid, at, source)
                : ofClosed(conversationSid, state, at, source);
    }

    private static @Nullable Trigger ofClosed(
            String conversationSid, @Nullable String state, @Nullable Instant at, Source source) {
        return state != null && state.toLowerCase(Locale.ROOT).equals("closed")
                ? plain(TriggerKind.CLOSED, "closed " + conversationSid, conversationSid, at, source)
                : null;
    }

    private static Trigger plain(
            TriggerKind kind, String triggerId, String conversationSid, @Nullable Instant at, Source source) {
        return new Trigger(
                kind,
                triggerId,
                source.accountSid(),
                conversationSid,
                null,
                null,
                null,
                null,
                null,
                null,
                occurred(at, source),
                source.receivedAt(),
                null);
    }

    private static Instant occurred(@Nullable Instant at, Source source) {
        return at == null || at.isAfter(source.receivedAt()) ? source.receivedAt() : at;
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : StorableText.of(text);
    }

    /// Whether a person asked: that is nobody's end, so it joins none and none joins it.
    boolean isOnDemand() {
        return kind == TriggerKind.ON_DEMAND;
    }

    @Override
    public String toString() {
        return "Trigger[" + kind.wireName() + " " + conversationSid + "]"; // reason, note and answers are words
    }
}
