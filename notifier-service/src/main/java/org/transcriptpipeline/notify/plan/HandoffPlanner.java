package org.transcriptpipeline.notify.plan;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.kafka.BatchHandler;
import org.transcriptpipeline.kafka.StoredOffsets;
import org.transcriptpipeline.notify.delivery.DeliveryJobs;
import org.transcriptpipeline.notify.ledger.DeliveryKey;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.ledger.PlannedDelivery;
import org.transcriptpipeline.notify.mail.MessageIds;

/// Turns records that a transcript is ready into deliveries and jobs. A record that comes again finds its deliveries
/// there and does nothing: that is what makes a repeated or replayed record silent.
final class HandoffPlanner implements BatchHandler {

    private static final Logger log = LoggerFactory.getLogger(HandoffPlanner.class);

    private final EventCodec codec;
    private final Destinations destinations;
    private final MessageIds messageIds;
    private final HandoffLedger ledger;
    private final DeliveryJobs jobs;
    private final QuarantinedRecords quarantine;
    private final StoredOffsets offsets;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Duration expiresAfter;
    private final MeterRegistry meters;

    HandoffPlanner(
            EventCodec codec,
            Destinations destinations,
            MessageIds messageIds,
            HandoffLedger ledger,
            DeliveryJobs jobs,
            QuarantinedRecords quarantine,
            StoredOffsets offsets,
            TransactionTemplate transaction,
            Clock clock,
            Duration expiresAfter,
            MeterRegistry meters) {
        this.codec = codec;
        this.destinations = destinations;
        this.messageIds = messageIds;
        this.ledger = ledger;
        this.jobs = jobs;
        this.quarantine = quarantine;
        this.offsets = offsets;
        this.transaction = transaction;
        this.clock = clock;
        this.expiresAfter = expiresAfter;
        this.meters = meters;
    }

    @Override
    public void store(List<ConsumerRecord<byte[], byte[]>> records) {
        List<TranscriptReady> announced = new ArrayList<>();
        List<QuarantinedRecords.Unreadable> unreadable = new ArrayList<>();
        for (var one : records) {
            if (one.value() == null) {
                continue; // a tombstone says nothing
            }
            switch (codec.decodeReady(one.value())) {
                case EventCodec.Readable<TranscriptReady>(var ready) -> announced.add(ready);
                case EventCodec.Unreadable<TranscriptReady>(var reason) ->
                    unreadable.add(new QuarantinedRecords.Unreadable(one, reason, null));
            }
        }
        var planned = announced.stream().flatMap(r -> deliveriesOf(r).stream()).toList();
        List<DeliveryKey> fresh = transaction.execute(_ -> {
            var unknownSoFar = ledger.plan(planned);
            jobs.schedule(
                    unknownSoFar.stream().filter(k -> !isHeldBack(planned, k)).toList());
            quarantine.keep(unreadable);
            offsets.advance(records);
            return unknownSoFar;
        });
        // Counted and told only when it is committed: what is rolled back comes again.
        unreadable.forEach(u -> quarantine.tell(u));
        announced.forEach(r -> tell(r, fresh == null ? List.of() : fresh, planned));
    }

    @Override
    public void quarantine(ConsumerRecord<byte[], byte[]> unstorable, String reason, @Nullable String sqlState) {
        var one = new QuarantinedRecords.Unreadable(unstorable, reason, sqlState);
        transaction.executeWithoutResult(_ -> {
            quarantine.keep(List.of(one));
            offsets.advance(List.of(unstorable));
        });
        quarantine.count(one);
    }

    private List<PlannedDelivery> deliveriesOf(TranscriptReady ready) {
        boolean expired = ready.readyAt().plus(expiresAfter).isBefore(clock.instant());
        var heldBack = expired
                ? "expired: ready since " + ready.readyAt().atOffset(ZoneOffset.UTC) + ", longer than " + expiresAfter
                : null;
        return destinations.of(ready).stream()
                .map(d -> new DeliveryKey(ready.handoffId(), ready.handoffVersion(), d))
                .map(key -> new PlannedDelivery(
                        key,
                        ready.accountSid(),
                        ready.conversationSid(),
                        messageIds.of(key),
                        ready.contentSha256(),
                        heldBack))
                .toList();
    }

    private static boolean isHeldBack(List<PlannedDelivery> planned, DeliveryKey key) {
        return planned.stream().anyMatch(p -> p.key().equals(key) && p.heldBack() != null);
    }

    private void tell(TranscriptReady ready, List<DeliveryKey> fresh, List<PlannedDelivery> planned) {
        var mine = fresh.stream()
                .filter(k -> k.handoffId().equals(ready.handoffId()) && k.version() == ready.handoffVersion())
                .toList();
        long heldBack = mine.stream().filter(k -> isHeldBack(planned, k)).count();
        if (heldBack > 0) {
            meters.counter("transcripts_handoffs_held_back", "reason", "expired")
                    .increment(heldBack);
        }
        log.atLevel(heldBack > 0 ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                .addKeyValue("handoffId", ready.handoffId())
                .addKeyValue("version", ready.handoffVersion())
                .addKeyValue("conversationSid", ready.conversationSid())
                .addKeyValue("trigger", ready.trigger())
                .addKeyValue("verdict", ready.verdict())
                .addKeyValue("planned", mine.size() - heldBack)
                .addKeyValue("heldBack", heldBack)
                .log("Handoff planned");
    }
}
