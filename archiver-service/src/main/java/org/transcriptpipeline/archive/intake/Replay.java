package org.transcriptpipeline.archive.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.handoff.HandoffTriggers;
import org.transcriptpipeline.archive.media.MediaFiles;
import org.transcriptpipeline.archive.reconcile.ReconciliationQueue;
import org.transcriptpipeline.archive.retention.ErasureFilter;
import org.transcriptpipeline.archive.retention.Told;
import org.transcriptpipeline.archive.store.Freshness;
import org.transcriptpipeline.archive.store.Quarantine;
import org.transcriptpipeline.archive.store.Quarantine.Place;
import org.transcriptpipeline.archive.store.TranscriptStore;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.kafka.Fault;
import org.transcriptpipeline.kafka.Isolation;

/// Merges records that were set aside once more, when somebody asks for it (`bin/transcripts replay`): through the
/// same merge as the stream, and without an effect outside the store. A trigger gives a handoff that is expired,
/// media are not fetched, nobody is asked to look for a follow-up or to read a list at Twilio.
///
/// What still cannot be stored stays where it is, with its new reason. A database that is away marks nothing: the
/// next round tries again.
@Component
class Replay {

    private static final Logger log = LoggerFactory.getLogger(Replay.class);

    private final EventCodec codec;
    private final TransactionTemplate transactions;
    private final ErasureFilter erasures;
    private final TranscriptStore store;
    private final MediaFiles media;
    private final HandoffTriggers handoffTriggers;
    private final ReconciliationQueue reconciliations;
    private final Freshness freshness;
    private final Quarantine quarantine;
    private final MeterRegistry meters;

    Replay(
            EventCodec codec,
            TransactionTemplate transactions,
            ErasureFilter erasures,
            TranscriptStore store,
            MediaFiles media,
            HandoffTriggers handoffTriggers,
            ReconciliationQueue reconciliations,
            Freshness freshness,
            Quarantine quarantine,
            MeterRegistry meters) {
        this.codec = codec;
        this.transactions = transactions;
        this.erasures = erasures;
        this.store = store;
        this.media = media;
        this.handoffTriggers = handoffTriggers;
        this.reconciliations = reconciliations;
        this.freshness = freshness;
        this.quarantine = quarantine;
        this.meters = meters;
    }

    /// Works as long as something is asked for. Several archivers share it: each takes what no other has locked.
    @Scheduled(fixedDelayString = "${transcripts.replay.check-interval:1s}")
    void work() {
        ScheduledRound.run("replay", () -> {
            List<Place> asked;
            int done;
            do {
                asked = quarantine.askedFor();
                done = asked.isEmpty() ? 0 : replay(asked);
            } while (done > 0);
        });
    }

    /// @return how many are dealt with; the others are another archiver's
    private int replay(List<Place> asked) {
        var counter = new int[1];
        Isolation.store(
                asked,
                some -> {
                    int stored = storeLocked(some);
                    counter[0] += stored;
                    count("replayed", stored);
                },
                (place, fault) -> {
                    counter[0]++;
                    setAsideAgain(place, fault);
                });
        return counter[0];
    }

    private int storeLocked(List<Place> places) {
        var stored = transactions.execute(_ -> {
            var records = quarantine.lock(places);
            if (records.isEmpty()) {
                return 0;
            }
            var told = new ArrayList<Told>();
            records.forEach(one -> EventBatch.read(codec, one.value(), null, told));
            var batch = new EventBatch(erasures.keep(told).told());
            store.merge(batch.observations);
            media.noteWithoutFetching(batch.observations.messages());
            store.keep(batch.unrecognised, batch.preAction);
            store.keepErrors(batch.errors);
            handoffTriggers.applyExpired(batch.triggers);
            reconciliations.answered(batch.findings);
            store.recountLosses(freshness.note(batch.seen));
            quarantine.replayed(records);
            return records.size();
        });
        return stored == null ? 0 : stored;
    }

    private void setAsideAgain(Place place, Fault.Data fault) {
        transactions.executeWithoutResult(_ -> quarantine.notReplayed(place, fault.reason(), fault.sqlState()));
        count("not_stored", 1);
        log.atWarn()
                .addKeyValue("topic", place.topic())
                .addKeyValue("partition", place.partition())
                .addKeyValue("offset", place.offset())
                .addKeyValue("reason", fault.reason())
                .addKeyValue("sqlState", fault.sqlState())
                .log("Record still cannot be stored");
    }

    private void count(String outcome, int number) {
        meters.counter("transcripts_replayed_records", "outcome", outcome).increment(number);
    }
}
