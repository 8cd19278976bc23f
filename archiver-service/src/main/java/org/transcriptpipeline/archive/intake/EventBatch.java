package org.transcriptpipeline.archive.intake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.archive.handoff.Trigger;
import org.transcriptpipeline.archive.merge.Observations;
import org.transcriptpipeline.archive.reconcile.ReconciliationTriggers;
import org.transcriptpipeline.archive.retention.Told;
import org.transcriptpipeline.archive.store.Freshness;
import org.transcriptpipeline.archive.store.KeptEvent;
import org.transcriptpipeline.event.ConversationReconciled;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.ErrorLogged;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.HandoffRequested;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.PreActionEvent;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.kafka.UnstorableRecordException;

/// What the records of one batch say, whoever brings them.
final class EventBatch {

    final Observations observations = new Observations();
    final List<KeptEvent> unrecognised = new ArrayList<>();
    final List<KeptEvent> preAction = new ArrayList<>();
    final List<ErrorLogged> errors = new ArrayList<>();
    final List<Trigger> triggers = new ArrayList<>();
    /// By trigger, the trace that it is part of.
    final Map<String, String> traceparents = new HashMap<>();

    final List<ConversationReconciled> findings = new ArrayList<>();
    final List<ReconciliationTriggers.Told> closed = new ArrayList<>();
    final List<ReconciliationTriggers.Told> undelivered = new ArrayList<>();
    final List<IntakeResumed> resumptions = new ArrayList<>();
    final List<Freshness.Seen> seen = new ArrayList<>();

    /// @param told what is to be stored of the batch
    EventBatch(List<Told> told) {
        told.forEach(one -> add(one.event(), one.value(), one.traceparent()));
    }

    /// @throws UnstorableRecordException for one that cannot be read
    static List<Told> read(EventCodec codec, List<ConsumerRecord<byte[], byte[]>> records) {
        var told = new ArrayList<Told>(records.size());
        for (var consumed : records) {
            read(codec, consumed.value(), EventRecords.traceparent(consumed), told);
        }
        return told;
    }

    /// @param value null for a tombstone: a known kind of record, without effect here
    /// @param traceparent of the trace that the record is part of
    /// @throws UnstorableRecordException for one that cannot be read
    static void read(EventCodec codec, byte @Nullable [] value, @Nullable String traceparent, List<Told> told) {
        if (value == null) {
            return;
        }
        switch (codec.decode(value)) {
            case EventCodec.Unreadable<TranscriptEvent>(var reason) -> throw new UnstorableRecordException(reason);
            case EventCodec.Readable<TranscriptEvent>(var event) -> told.add(new Told(event, value, traceparent));
        }
    }

    private void add(TranscriptEvent event, byte[] value, @Nullable String traceparent) {
        observations.add(event);
        var source = event.source();
        if (event instanceof IntakeResumed resumed) {
            resumptions.add(resumed);
            return;
        }
        if (!(event instanceof HandoffRequested)) { // a person's wish, no news of Twilio's
            seen.add(new Freshness.Seen(
                    source.accountSid(), source.kind().wireName(), occurredAt(event), source.receivedAt()));
        }
        switch (event) {
            case Unknown unknown -> unrecognised.add(kept(event, unknown.conversationSid(), unknown.reason(), value));
            case PreActionEvent _ -> preAction.add(kept(event, null, "", value));
            case ConversationReconciled finding -> findings.add(finding);
            case ConversationStateUpdated moved
            when "closed".equalsIgnoreCase(moved.stateTo()) -> closed.add(told(moved.conversationSid(), source));
            case ErrorLogged error -> {
                errors.add(error);
                if (isAboutAConversation(error)) {
                    undelivered.add(told(Objects.requireNonNull(error.correlationSid()), source));
                }
            }
            default -> {}
        }
        var trigger = Trigger.of(event);
        if (trigger != null) {
            triggers.add(trigger);
            if (traceparent != null) {
                traceparents.put(trigger.triggerId(), traceparent);
            }
        }
        if (!(event instanceof Unknown) && !source.notes().isEmpty()) {
            unrecognised.add(kept(event, null, String.join(" ", source.notes()), value));
        }
    }

    private static ReconciliationTriggers.Told told(String conversationSid, Source source) {
        return new ReconciliationTriggers.Told(conversationSid, source.accountSid(), source.receivedAt());
    }

    /// Twilio could not deliver a webhook (`twilio-reference` 8.4: 11200, and 50076 for one that took too long).
    private static boolean isAboutAConversation(ErrorLogged error) {
        return error.errorCode() != null
                && (error.errorCode() == 11200 || error.errorCode() == 50076)
                && error.correlationSid() != null
                && error.correlationSid().startsWith("CH");
    }

    private static KeptEvent kept(
            TranscriptEvent event, @Nullable String conversationSid, String reason, byte[] value) {
        var source = event.source();
        return new KeptEvent(
                source.eventId(),
                source.accountSid(),
                StorableText.of(event.key()),
                conversationSid == null ? null : StorableText.of(conversationSid),
                source.eventType() == null ? null : StorableText.of(source.eventType()),
                source.kind().wireName(),
                StorableText.of(reason),
                source.receivedAt(),
                value);
    }

    private static @Nullable Instant occurredAt(TranscriptEvent event) {
        return switch (event) {
            case MessageAdded added -> added.message().dateCreated();
            case MessageUpdated updated -> updated.message().dateUpdated();
            case DeliveryUpdated delivery -> delivery.dateUpdated();
            case MessageStatusUpdated status -> status.occurredAt();
            case FlowExecutionEnded ended -> ended.endedAt();
            case ErrorLogged error -> error.loggedAt();
            default -> null;
        };
    }
}
