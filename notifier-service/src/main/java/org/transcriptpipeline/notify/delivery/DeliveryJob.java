package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.transcriptpipeline.notify.channel.Channel;
import org.transcriptpipeline.notify.channel.Gate;
import org.transcriptpipeline.notify.channel.Outcome;
import org.transcriptpipeline.notify.ledger.Claim;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DeliveryStatus;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.notify.ledger.Entry;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.ledger.OnDoubt;
import org.transcriptpipeline.operations.Traces;

/// One attempt at one delivery, in this order: prepare, claim (committed), hand over, write down. After the handover
/// only the writing is ever repeated, never the handover. Preparing comes before the claim, so that what lies between
/// claim and handover is as short as can be.
final class DeliveryJob {

    private static final Logger log = LoggerFactory.getLogger(DeliveryJob.class);
    private static final Duration FIRST_WAIT_FOR_THE_LEDGER = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT_FOR_THE_LEDGER = Duration.ofSeconds(2); // less than a heartbeat

    private final HandoffLedger ledger;
    private final Preparation preparation;
    private final Map<DestinationKind, Channel> channels;
    private final OnDoubt onDoubt;
    private final Backoff backoff;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Traces traces;
    private final HandoffTraces handoffTraces;

    DeliveryJob(
            HandoffLedger ledger,
            Preparation preparation,
            Map<DestinationKind, Channel> channels,
            OnDoubt onDoubt,
            Backoff backoff,
            Clock clock,
            MeterRegistry meters,
            Traces traces,
            HandoffTraces handoffTraces) {
        this.ledger = ledger;
        this.preparation = preparation;
        this.channels = Map.copyOf(channels);
        this.onDoubt = onDoubt;
        this.backoff = backoff;
        this.clock = clock;
        this.meters = meters;
        this.traces = traces;
        this.handoffTraces = handoffTraces;
    }

    /// What is to become of the job.
    sealed interface Next {}

    /// Nothing is left to do, or a person has to say what.
    record Done() implements Next {}

    /// It is to run again.
    record Again(Duration after) implements Next {}

    /// @throws DataAccessException before anything was sent
    Next run(String jobName) {
        var name = JobName.parse(jobName);
        var delivery = name == null ? null : ledger.find(name.handoffId(), name.version(), name.fingerprint());
        if (delivery == null) {
            log.atError().addKeyValue("job", jobName).log("This job has no delivery");
            return new Done();
        }
        if (delivery.status().isSettled()) {
            return new Done(); // its bookkeeping was done and the job's own was not
        }
        var now = clock.now();
        var earliest = preparation.earliest(delivery, now);
        if (earliest.isAfter(now) && delivery.status() != DeliveryStatus.SENDING) {
            ledger.postpone(delivery.key(), earliest);
            return new Again(Duration.between(now, earliest));
        }
        var channel = channels.get(delivery.key().destination().kind());
        if (channel == null) {
            throw new IllegalStateException("every kind of destination has its channel");
        }
        var gate = channel.gate(delivery);
        var wait = gate.closedFor();
        if (wait != null) {
            return new Again(wait); // before the work of preparing
        }
        return switch (preparation.prepare(delivery, channel)) {
            case Preparation.Ready(var parcel) -> {
                try (parcel) {
                    yield handOver(delivery, gate, parcel);
                }
            }
            case Preparation.NotReady(var reason) -> without(delivery, new Outcome.TryLater(reason, null, null));
            case Preparation.Never(var reason) -> without(delivery, new Outcome.Refused(reason, null));
        };
    }

    private Next handOver(Delivery delivery, Gate gate, Channel.Parcel parcel) {
        if (gate.enter() instanceof Gate.Closed(var wait)) {
            return new Again(wait);
        }
        Claim claim;
        try {
            claim = ledger.claim(delivery.key(), onDoubt);
        } catch (RuntimeException e) {
            gate.leave();
            throw e;
        }
        return switch (claim) {
            case Claim.Settled(var _) -> {
                gate.leave();
                yield new Done();
            }
            case Claim.Doubtful() -> {
                gate.leave();
                yield doubtful(delivery);
            }
            case Claim.Granted granted -> {
                var span = spanOf(delivery, granted);
                try (var _ = Traces.in(span)) {
                    long begun = System.nanoTime();
                    var outcome = handOver(parcel, granted);
                    gate.settle(outcome);
                    yield settle(delivery, granted, outcome, parcel.templateVersion(), gate, begun);
                } finally {
                    span.end();
                }
            }
        };
    }

    /// The last one of the trace that began with the webhook.
    private Span spanOf(Delivery delivery, Claim.Granted claim) {
        if (!traces.isOn()) {
            return Span.getInvalid();
        }
        return traces.next(
                        "deliver transcript",
                        SpanKind.CLIENT,
                        handoffTraces.of(delivery.key().handoffId()))
                .setAttribute("transcripts.handoff.id", delivery.key().handoffId())
                .setAttribute("transcripts.handoff.version", delivery.key().version())
                .setAttribute("transcripts.conversation.sid", delivery.conversationSid())
                .setAttribute(
                        "transcripts.destination.kind",
                        delivery.key().destination().kind().wireName())
                .setAttribute("transcripts.delivery.attempt", claim.attempt());
    }

    /// A channel throws nothing; one that did has perhaps sent.
    private Outcome handOver(Channel.Parcel parcel, Claim.Granted claim) {
        try {
            return parcel.handOver(claim.attempt(), clock.now());
        } catch (RuntimeException e) {
            return new Outcome.Unanswered(
                    "the attempt broke off: " + e.getClass().getSimpleName());
        }
    }

    /// An attempt that came to nothing before there was anything to hand over.
    private Next without(Delivery delivery, Outcome outcome) {
        return switch (ledger.claim(delivery.key(), onDoubt)) {
            case Claim.Settled(var _) -> new Done();
            case Claim.Doubtful() -> doubtful(delivery);
            case Claim.Granted granted -> settle(delivery, granted, outcome, null, null, System.nanoTime());
        };
    }

    private Next doubtful(Delivery delivery) {
        count(delivery, "paused");
        log.atWarn()
                .addKeyValue("handoffId", delivery.key().handoffId())
                .addKeyValue("version", delivery.key().version())
                .addKeyValue("messageId", delivery.messageId())
                .log("An earlier attempt broke off; a person has to say whether to send again");
        return new Done();
    }

    private Next settle(
            Delivery delivery,
            Claim.Granted claim,
            Outcome outcome,
            @Nullable String templateVersion,
            @Nullable Gate gate,
            long begun) {
        var next = decide(outcome, claim, templateVersion, gate);
        Span.current().setAttribute("transcripts.delivery.outcome", next.entry().outcome());
        boolean isOurs = writeDown(claim, next.entry());
        count(delivery, next.entry().outcome());
        log.atInfo()
                .addKeyValue("handoffId", claim.key().handoffId())
                .addKeyValue("version", claim.key().version())
                .addKeyValue("conversationSid", delivery.conversationSid())
                .addKeyValue("rule", delivery.rule())
                .addKeyValue("destinationName", delivery.destinationName())
                .addKeyValue("destination", claim.key().destination())
                .addKeyValue("messageId", delivery.messageId())
                .addKeyValue("attempt", claim.attempt())
                .addKeyValue("outcome", next.entry().outcome())
                .addKeyValue("status", next.entry().status().wireName())
                .addKeyValue("code", outcome.code())
                .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
                .addKeyValue("claimLost", !isOurs)
                .log("Delivery attempted");
        return isOurs ? next.job() : new Done();
    }

    private record Decision(Entry entry, Next job) {}

    private Decision decide(
            Outcome outcome, Claim.Granted claim, @Nullable String templateVersion, @Nullable Gate gate) {
        return switch (outcome) {
            case Outcome.Sent(var response, var contentSha256, var _) ->
                new Decision(
                        new Entry(DeliveryStatus.SENT, "sent", response, contentSha256, templateVersion), new Done());
            case Outcome.Refused(var reason, var _) -> refused(reason, templateVersion);
            case Outcome.TryLater(var reason, var _, var after) -> later(reason, after, claim, templateVersion);
            case Outcome.Unanswered(var reason) ->
                switch (onDoubt) {
                    case RESEND -> later(reason, null, claim, templateVersion);
                    case ASK ->
                        new Decision(
                                new Entry(DeliveryStatus.PAUSED, "try_later", reason, null, templateVersion),
                                new Done());
                };
            case Outcome.Broken(var reason, var _) ->
                new Decision(
                        new Entry(DeliveryStatus.PAUSED, "try_later", reason, null, templateVersion),
                        new Again(gate == null ? backoff.after(claim.attempt()) : gate.pause()));
        };
    }

    private Decision later(
            String reason, @Nullable Duration after, Claim.Granted claim, @Nullable String templateVersion) {
        if (!clock.now().isBefore(claim.giveUpAt())) {
            return refused("given up: " + reason, templateVersion);
        }
        var pause = backoff.after(claim.attempt());
        return new Decision(
                new Entry(DeliveryStatus.RETRYING, "try_later", reason, null, templateVersion),
                new Again(after == null || after.compareTo(pause) < 0 ? pause : after));
    }

    private static Decision refused(String reason, @Nullable String templateVersion) {
        return new Decision(new Entry(DeliveryStatus.REFUSED, "refused", reason, null, templateVersion), new Done());
    }

    /// Until it is written: somebody who found the delivery in `sending` would send it again.
    private boolean writeDown(Claim.Granted claim, Entry entry) {
        var pauses = new Backoff(FIRST_WAIT_FOR_THE_LEDGER, LONGEST_WAIT_FOR_THE_LEDGER, () -> 0);
        for (int attempt = 1; ; attempt++) {
            try {
                return ledger.finish(claim, entry);
            } catch (DataAccessException | TransactionException e) {
                meters.counter("transcripts_deliveries_bookkeeping_retries").increment();
                log.atWarn()
                        .addKeyValue("handoffId", claim.key().handoffId())
                        .addKeyValue("version", claim.key().version())
                        .addKeyValue("outcome", entry.outcome())
                        .addKeyValue("reason", e.getClass().getSimpleName())
                        .log("The outcome of an attempt cannot be written down yet");
                try {
                    Thread.sleep(pauses.after(attempt));
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    log.atError()
                            .addKeyValue("handoffId", claim.key().handoffId())
                            .addKeyValue("version", claim.key().version())
                            .addKeyValue("outcome", entry.outcome())
                            .log("Stopped before the outcome was written down; the next start will not know it");
                    throw new IllegalStateException("stopped before the outcome was written down", e);
                }
            }
        }
    }

    private void count(Delivery delivery, String outcome) {
        meters.counter(
                        "transcripts_deliveries",
                        "destination_kind",
                        delivery.key().destination().kind().wireName(),
                        "outcome",
                        outcome)
                .increment();
    }
}
