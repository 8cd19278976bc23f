package org.transcriptpipeline.archive.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;
import org.transcriptpipeline.archive.CatchingUp;
import org.transcriptpipeline.archive.handoff.HandoffTraces;
import org.transcriptpipeline.archive.handoff.HandoffTriggers;
import org.transcriptpipeline.archive.handoff.HandoffWatch;
import org.transcriptpipeline.archive.live.ConversationChanges;
import org.transcriptpipeline.archive.media.MediaFiles;
import org.transcriptpipeline.archive.reconcile.ReconcileReason;
import org.transcriptpipeline.archive.reconcile.ReconciliationQueue;
import org.transcriptpipeline.archive.reconcile.ReconciliationTriggers;
import org.transcriptpipeline.archive.reconcile.SweepRequests;
import org.transcriptpipeline.archive.retention.ErasureFilter;
import org.transcriptpipeline.archive.store.Freshness;
import org.transcriptpipeline.archive.store.Quarantine;
import org.transcriptpipeline.archive.store.TranscriptStore;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.kafka.BatchHandler;
import org.transcriptpipeline.kafka.QuarantineAllowances;
import org.transcriptpipeline.kafka.StoredOffsets;

/// A batch of records comes in here: decode, leave out what was erased, fold, merge, and the position behind it, in one
/// transaction.
final class EventIntake implements BatchHandler {

    private final EventCodec codec;
    private final TransactionOperations transactions;
    private final ErasureFilter erasures;
    private final TranscriptStore store;
    private final MediaFiles media;
    private final HandoffTriggers handoffTriggers;
    private final HandoffWatch handoffWatch;
    private final ReconciliationQueue reconciliations;
    private final ReconciliationTriggers reconciliationTriggers;
    private final SweepRequests sweeps;
    private final Freshness freshness;
    private final Quarantine quarantine;
    private final QuarantineAllowances allowances;
    private final StoredOffsets offsets;
    private final HandoffTraces handoffTraces;
    private final ConversationChanges changes;
    private final CatchingUp catchingUp;
    private final int fullBatch;
    private final MeterRegistry meters;

    /// @param fullBatch records from which a batch counts as full
    EventIntake(
            EventCodec codec,
            TransactionOperations transactions,
            ErasureFilter erasures,
            TranscriptStore store,
            MediaFiles media,
            HandoffTriggers handoffTriggers,
            HandoffWatch handoffWatch,
            ReconciliationQueue reconciliations,
            ReconciliationTriggers reconciliationTriggers,
            SweepRequests sweeps,
            Freshness freshness,
            Quarantine quarantine,
            QuarantineAllowances allowances,
            StoredOffsets offsets,
            HandoffTraces handoffTraces,
            ConversationChanges changes,
            CatchingUp catchingUp,
            int fullBatch,
            MeterRegistry meters) {
        this.codec = codec;
        this.transactions = transactions;
        this.erasures = erasures;
        this.store = store;
        this.media = media;
        this.handoffTriggers = handoffTriggers;
        this.handoffWatch = handoffWatch;
        this.reconciliations = reconciliations;
        this.reconciliationTriggers = reconciliationTriggers;
        this.sweeps = sweeps;
        this.freshness = freshness;
        this.quarantine = quarantine;
        this.allowances = allowances;
        this.offsets = offsets;
        this.handoffTraces = handoffTraces;
        this.changes = changes;
        this.catchingUp = catchingUp;
        this.fullBatch = fullBatch;
        this.meters = meters;
    }

    @Override
    public void store(List<ConsumerRecord<byte[], byte[]>> records) {
        if (records.size() >= fullBatch) {
            catchingUp.noteFullBatch();
        }
        var told = EventBatch.read(codec, records); // an unreadable one ends here, before the database is asked
        List<String> changed = new ArrayList<>();
        var kept = transactions.execute(_ -> {
            var left = erasures.keep(told);
            var batch = new EventBatch(left.told());
            var touched = store.merge(batch.observations);
            media.note(batch.observations.messages());
            store.keep(batch.unrecognised, batch.preAction);
            store.keepErrors(batch.errors);
            handoffTriggers.apply(batch.triggers);
            handoffTraces.keep(batch.traceparents);
            handoffWatch.touched(touched);
            changed.addAll(touched);
            reconciliations.answered(batch.findings);
            reconciliationTriggers.told(ReconcileReason.CLOSED, batch.closed);
            reconciliationTriggers.told(ReconcileReason.OUTAGE, batch.undelivered);
            sweeps.after(batch.resumptions);
            store.recountLosses(freshness.note(batch.seen));
            offsets.advance(records);
            return left;
        });
        erasures.count(kept);
        changes.note(changed);
    }

    @Override
    public void quarantine(ConsumerRecord<byte[], byte[]> unstorable, String reason, @Nullable String sqlState) {
        var accountSid = accountSid(unstorable);
        var isErased = Boolean.TRUE.equals(transactions.execute(_ -> {
            boolean isOfErased =
                    erasures.isOfErased(bytes(unstorable), accountSid, Instant.ofEpochMilli(unstorable.timestamp()));
            if (!isOfErased) {
                quarantine.setAside(List.of(new Quarantine.Entry(unstorable, accountSid, reason, sqlState)));
            }
            offsets.advance(List.of(unstorable));
            return isOfErased;
        }));
        if (isErased) {
            erasures.countRecord();
            return;
        }
        meters.counter("transcripts_quarantined", "topic", unstorable.topic(), "reason", reason)
                .increment();
    }

    private static byte[] bytes(ConsumerRecord<byte[], byte[]> record) {
        var bytes = new ByteArrayOutputStream();
        for (var part : Arrays.asList(record.key(), record.value())) {
            if (part != null) {
                bytes.writeBytes(part);
                bytes.write(' ');
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public boolean isQuarantineAllowed(String reason) {
        return allowances.isAllowed(reason);
    }

    private @Nullable String accountSid(ConsumerRecord<byte[], byte[]> unstorable) {
        return codec.decode(unstorable.value()) instanceof EventCodec.Readable<TranscriptEvent>(var event)
                        && StorableText.isStorable(event.source().accountSid())
                ? event.source().accountSid()
                : null;
    }
}
