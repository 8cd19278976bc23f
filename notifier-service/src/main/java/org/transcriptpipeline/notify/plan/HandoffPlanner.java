package org.transcriptpipeline.notify.plan;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.kafka.BatchHandler;
import org.transcriptpipeline.kafka.QuarantineAllowances;
import org.transcriptpipeline.kafka.StoredOffsets;
import org.transcriptpipeline.notify.delivery.DeliveryJobs;
import org.transcriptpipeline.notify.delivery.DeliveryScheduler;
import org.transcriptpipeline.notify.ledger.DeliveryKey;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.ledger.PlannedDelivery;
import org.transcriptpipeline.notify.mail.MessageIds;
import org.transcriptpipeline.rules.Rule;

/// Turns records that a transcript is ready into deliveries and jobs. A record that comes again finds its deliveries
/// there and does nothing: that is what makes a repeated or replayed record silent.
final class HandoffPlanner implements BatchHandler {

    private static final Logger log = LoggerFactory.getLogger(HandoffPlanner.class);

    private final EventCodec codec;
    private final Recipients recipients;
    private final KnownFacts facts;
    private final MessageIds messageIds;
    private final HandoffLedger ledger;
    private final DeliveryJobs jobs;
    private final DeliveryScheduler scheduler;
    private final QuarantinedRecords quarantine;
    private final QuarantineAllowances allowances;
    private final StoredOffsets offsets;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Duration expiresAfter;
    private final MeterRegistry meters;

    HandoffPlanner(
            EventCodec codec,
            Recipients recipients,
            KnownFacts facts,
            MessageIds messageIds,
            HandoffLedger ledger,
            DeliveryJobs jobs,
            DeliveryScheduler scheduler,
            QuarantinedRecords quarantine,
            QuarantineAllowances allowances,
            StoredOffsets offsets,
            TransactionTemplate transaction,
            Clock clock,
            Duration expiresAfter,
            MeterRegistry meters) {
        this.codec = codec;
        this.recipients = recipients;
        this.facts = facts;
        this.messageIds = messageIds;
        this.ledger = ledger;
        this.jobs = jobs;
        this.scheduler = scheduler;
        this.quarantine = quarantine;
        this.allowances = allowances;
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
        var wishes = wishes(announced);
        var planned = wishes.stream().flatMap(w -> w.deliveries().stream()).toList();
        List<DeliveryKey> fresh = transaction.execute(_ -> {
            var unknownSoFar = ledger.plan(planned);
            schedule(planned, unknownSoFar);
            quarantine.keep(unreadable);
            offsets.advance(records);
            return unknownSoFar;
        });
        if (fresh != null && !fresh.isEmpty()) {
            scheduler.lookNow();
        }
        // Counted and told only when it is committed: what is rolled back comes again.
        unreadable.forEach(u -> quarantine.tell(u));
        Set<DeliveryKey> unheard = fresh == null ? Set.of() : Set.copyOf(fresh);
        wishes.forEach(w -> tell(w, unheard));
    }

    /// What a record asks for.
    ///
    /// @param rule null: none fits
    private record Wish(TranscriptReady ready, @Nullable Rule rule, List<PlannedDelivery> deliveries) {}

    private List<Wish> wishes(List<TranscriptReady> announced) {
        var known = facts.of(announced);
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < announced.size(); i++) {
            var ready = announced.get(i);
            var told = recipients.of(ready, known.get(i));
            wishes.add(new Wish(ready, told.rule(), deliveriesOf(ready, told)));
        }
        return wishes;
    }

    private void schedule(List<PlannedDelivery> planned, List<DeliveryKey> fresh) {
        Map<DeliveryKey, PlannedDelivery> byKey = new HashMap<>();
        planned.forEach(p -> byKey.put(p.key(), p));
        Map<Instant, List<DeliveryKey>> later = new TreeMap<>();
        List<DeliveryKey> now = new ArrayList<>();
        for (var key : fresh) {
            var delivery = byKey.get(key);
            if (delivery == null || delivery.heldBack() != null) {
                continue; // a person releases it
            }
            if (delivery.notBefore() == null) {
                now.add(key);
            } else {
                later.computeIfAbsent(delivery.notBefore(), _ -> new ArrayList<>())
                        .add(key);
            }
        }
        jobs.schedule(now);
        later.forEach((due, keys) -> jobs.schedule(keys, due));
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

    @Override
    public boolean isQuarantineAllowed(String reason) {
        return allowances.isAllowed(reason);
    }

    private List<PlannedDelivery> deliveriesOf(TranscriptReady ready, Recipients.Told told) {
        if (told.rule() == null) {
            return List.of();
        }
        var rule = told.rule().name();
        var now = clock.instant();
        boolean expired = ready.readyAt().plus(expiresAfter).isBefore(now);
        var heldBack = expired
                ? "expired: ready since " + ready.readyAt().atOffset(ZoneOffset.UTC) + ", longer than " + expiresAfter
                : null;
        List<PlannedDelivery> deliveries = new ArrayList<>();
        told.byName().forEach((recipient, destination) -> {
            var key = new DeliveryKey(ready.handoffId(), ready.handoffVersion(), recipient);
            var earliest = destination.quietHours() == null
                    ? now
                    : destination.quietHours().earliest(now, ready.readyAt());
            deliveries.add(new PlannedDelivery(
                    key,
                    ready.accountSid(),
                    ready.conversationSid(),
                    recipient.kind() == DestinationKind.EMAIL ? messageIds.of(key) : key.id(),
                    ready.contentSha256(),
                    heldBack,
                    rule,
                    destination.name(),
                    ready.readyAt(),
                    earliest.isAfter(now) ? earliest : null));
        });
        return deliveries;
    }

    private void tell(Wish wish, Set<DeliveryKey> fresh) {
        var ready = wish.ready();
        var mine =
                wish.deliveries().stream().filter(d -> fresh.contains(d.key())).toList();
        long heldBack = mine.stream().filter(d -> d.heldBack() != null).count();
        if (heldBack > 0) {
            meters.counter("transcripts_handoffs_held_back", "reason", "expired")
                    .increment(heldBack);
        }
        if (wish.rule() == null) {
            meters.counter("transcripts_handoffs_without_rule").increment();
        }
        log.atLevel(heldBack > 0 ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                .addKeyValue("handoffId", ready.handoffId())
                .addKeyValue("version", ready.handoffVersion())
                .addKeyValue("conversationSid", ready.conversationSid())
                .addKeyValue("kind", ready.kind())
                .addKeyValue("trigger", ready.trigger())
                .addKeyValue("verdict", ready.verdict())
                .addKeyValue("rule", wish.rule() == null ? "none" : wish.rule().name())
                .addKeyValue("planned", mine.size() - heldBack)
                .addKeyValue("heldBack", heldBack)
                .log("Handoff planned");
    }
}
