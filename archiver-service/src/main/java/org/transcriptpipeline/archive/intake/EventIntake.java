package org.transcriptpipeline.archive.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;
import org.transcriptpipeline.archive.handoff.HandoffTraces;
import org.transcriptpipeline.archive.handoff.HandoffTriggers;
import org.transcriptpipeline.archive.handoff.HandoffWatch;
import org.transcriptpipeline.archive.handoff.Trigger;
import org.transcriptpipeline.archive.media.MediaFiles;
import org.transcriptpipeline.archive.merge.Observations;
import org.transcriptpipeline.archive.reconcile.ReconcileReason;
import org.transcriptpipeline.archive.reconcile.ReconciliationQueue;
import org.transcriptpipeline.archive.reconcile.ReconciliationTriggers;
import org.transcriptpipeline.archive.reconcile.SweepRequests;
import org.transcriptpipeline.archive.store.Freshness;
import org.transcriptpipeline.archive.store.KeptEvent;
import org.transcriptpipeline.archive.store.Quarantine;
import org.transcriptpipeline.archive.store.TranscriptStore;
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
import org.transcriptpipeline.kafka.BatchHandler;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.kafka.StoredOffsets;
import org.transcriptpipeline.kafka.UnstorableRecordException;

/// A batch of records comes in here: decode, fold, merge, and the position behind it, in one transaction.
final class EventIntake implements BatchHandler {

    private final EventCodec codec;
    private final TransactionOperations transactions;
    private final TranscriptStore store;
    private final MediaFiles media;
    private final HandoffTriggers handoffTriggers;
    private final HandoffWatch handoffWatch;
    private final ReconciliationQueue reconciliations;
    private final ReconciliationTriggers reconciliationTriggers;
    private final SweepRequests sweeps;
    private final Freshness freshness;
    private final Quarantine quarantine;
    private final StoredOffsets offsets;
    private final HandoffTraces handoffTraces;
    private final MeterRegistry meters;

    EventIntake(
            EventCodec codec,
            TransactionOperations transactions,
            TranscriptStore store,
            MediaFiles media,
            HandoffTriggers handoffTriggers,
            HandoffWatch handoffWatch,
            ReconciliationQueue reconciliations,
            ReconciliationTriggers reconciliationTriggers,
            SweepRequests sweeps,
            Freshness freshness,
            Quarantine quarantine,
            StoredOffsets offsets,
            HandoffTraces handoffTraces,
            MeterRegistry meters) {
        this.codec = codec;
        this.transactions = transactions;
        this.store = store;
        this.media = media;
        this.handoffTriggers = handoffTriggers;
        this.handoffWatch = handoffWatch;
        this.reconciliations = reconciliations;
        this.reconciliationTriggers = reconciliationTriggers;
        this.sweeps = sweeps;
        this.freshness = freshness;
        this.quarantine = quarantine;
        this.offsets = offsets;
        this.handoffTraces = handoffTraces;
        this.meters = meters;
    }

    @Override
    public void store(List<ConsumerRecord<byte[], byte[]>> records) {
        var batch = new Batch();
        records.forEach(batch::add); // an unreadable record ends here, before the database is asked
        transactions.executeWithoutResult(_ -> {
            var touched = store.merge(batch.observations);
            media.note(batch.observations.messages());
            store.keep(batch.unrecognised, batch.preAction);
            store.keepErrors(batch.errors);
            handoffTriggers.apply(batch.triggers);
            handoffTraces.keep(batch.traceparents);
            handoffWatch.touched(touched);
            reconciliations.answered(batch.findings);
            reconciliationTriggers.told(ReconcileReason.CLOSED, batch.closed);
            reconciliationTriggers.told(ReconcileReason.OUTAGE, batch.undelivered);
            sweeps.after(batch.resumptions);
            store.recountLosses(freshness.note(batch.seen));
            offsets.advance(records);
        });
    }

    @Override
    public void quarantine(ConsumerRecord<byte[], byte[]> unstorable, String reason, @Nullable String sqlState) {
        transactions.executeWithoutResult(_ -> {
            quarantine.setAside(List.of(new Quarantine.Entry(unstorable, accountSid(unstorable), reason, sqlState)));
            offsets.advance(List.of(unstorable));
        });
        meters.counter("transcripts_quarantined", "topic", unstorable.topic(), "reason", reason)
                .increment();
    }

    private @Nullable String accountSid(ConsumerRecord<byte[], byte[]> unstorable) {
        return codec.decode(unstorable.value()) instanceof EventCodec.Readable<TranscriptEvent>(var event)
                        && StorableText.isStorable(event.source().accountSid())
                ? event.source().accountSid()
                : null;
    }

    /// What the records of one batch say.
    private final class Batch {
        private final Observations observations = new Observations();
        private final List<KeptEvent> unrecognised = new ArrayList<>();
        private final List<KeptEvent> preAction = new ArrayList<>();
        private final List<ErrorLogged> errors = new ArrayList<>();
        private final List<Trigger> triggers = new ArrayList<>();
        private final Map<String, String> traceparents = new HashMap<>();
        private final List<ConversationReconciled> findings = new ArrayList<>();
        private final List<ReconciliationTriggers.Told> closed = new ArrayList<>();
        private final List<ReconciliationTriggers.Told> undelivered = new ArrayList<>();
        private final List<IntakeResumed> resumptions = new ArrayList<>();
        private final List<Freshness.Seen> seen = new ArrayList<>();

        private void add(ConsumerRecord<byte[], byte[]> consumed) {
            if (consumed.value() == null) {
                return; // a tombstone: a known kind of record, without effect here
            }
            switch (codec.decode(consumed.value())) {
                case EventCodec.Unreadable<TranscriptEvent>(var reason) -> throw new UnstorableRecordException(reason);
                case EventCodec.Readable<TranscriptEvent>(var event) -> add(event, consumed);
            }
        }

        private void add(TranscriptEvent event, ConsumerRecord<byte[], byte[]> consumed) {
            var value = consumed.value();
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
                case Unknown unknown ->
                    unrecognised.add(kept(event, unknown.conversationSid(), unknown.reason(), value));
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
                var traceparent = EventRecords.traceparent(consumed);
                if (traceparent != null) {
                    traceparents.put(trigger.triggerId(), traceparent);
                }
            }
            if (!(event instanceof Unknown) && !source.notes().isEmpty()) {
                unrecognised.add(kept(event, null, String.join(" ", source.notes()), value));
            }
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
