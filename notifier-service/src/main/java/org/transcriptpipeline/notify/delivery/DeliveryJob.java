package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.transcriptpipeline.notify.ledger.Claim;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DeliveryStatus;
import org.transcriptpipeline.notify.ledger.Entry;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.ledger.OnDoubt;
import org.transcriptpipeline.notify.mail.MailChannel;
import org.transcriptpipeline.notify.mail.MailOutcome;
import org.transcriptpipeline.notify.mail.OutgoingMail;
import org.transcriptpipeline.notify.transcript.Links;
import org.transcriptpipeline.notify.transcript.RenderedTranscript;
import org.transcriptpipeline.notify.transcript.TranscriptRenderer;
import org.transcriptpipeline.rules.Presentation;

/// One attempt at one delivery, in this order: render, claim (committed), hand over, write down. After the handover
/// only the writing is ever repeated, never the handover.
final class DeliveryJob {

    private static final Logger log = LoggerFactory.getLogger(DeliveryJob.class);
    private static final Duration FIRST_WAIT_FOR_THE_LEDGER = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT_FOR_THE_LEDGER = Duration.ofSeconds(2); // less than a heartbeat

    private final HandoffLedger ledger;
    private final Snapshots snapshots;
    private final TranscriptRenderer renderer;
    private final Presentation presentation;
    private final MailChannel channel;
    private final OnDoubt onDoubt;
    private final Backoff backoff;
    private final Clock clock;
    private final MeterRegistry meters;

    DeliveryJob(
            HandoffLedger ledger,
            Snapshots snapshots,
            TranscriptRenderer renderer,
            Presentation presentation,
            MailChannel channel,
            OnDoubt onDoubt,
            Backoff backoff,
            Clock clock,
            MeterRegistry meters) {
        this.ledger = ledger;
        this.snapshots = snapshots;
        this.renderer = renderer;
        this.presentation = presentation;
        this.channel = channel;
        this.onDoubt = onDoubt;
        this.backoff = backoff;
        this.clock = clock;
        this.meters = meters;
    }

    /// What is to become of the job.
    sealed interface Next {}

    /// Nothing is left to do, or a person has to say what.
    record Done() implements Next {}

    /// It is to run again.
    record Again(Duration after) implements Next {}

    /// What there is to hand over.
    private sealed interface Prepared {}

    private record Ready(RenderedTranscript transcript) implements Prepared {}

    private record NotReady(String reason) implements Prepared {}

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
        var prepared = prepare(delivery);
        if (prepared instanceof Ready && channel.enter() instanceof MailChannel.Closed(var wait)) {
            return new Again(wait);
        }
        return switch (claim(delivery)) {
            case Claim.Settled(var _) -> {
                channel.leave();
                yield new Done();
            }
            case Claim.Doubtful() -> {
                channel.leave();
                count(delivery, "paused");
                log.atWarn()
                        .addKeyValue("handoffId", delivery.key().handoffId())
                        .addKeyValue("version", delivery.key().version())
                        .addKeyValue("messageId", delivery.messageId())
                        .log("An earlier attempt broke off; a person has to say whether to send again");
                yield new Done();
            }
            case Claim.Granted granted -> attempt(delivery, prepared, granted);
        };
    }

    private Claim claim(Delivery delivery) {
        try {
            return ledger.claim(delivery.key(), onDoubt);
        } catch (RuntimeException e) {
            channel.leave();
            throw e;
        }
    }

    private Next attempt(Delivery delivery, Prepared prepared, Claim.Granted claim) {
        long begun = System.nanoTime();
        var outcome = switch (prepared) {
            case Ready(var transcript) -> channel.send(mail(delivery, claim, transcript));
            case NotReady(var reason) -> new MailOutcome.TryLater(reason, null);
        };
        var next = decide(outcome, claim);
        boolean isOurs = writeDown(claim, next.entry());
        count(delivery, next.entry().outcome());
        log.atInfo()
                .addKeyValue("handoffId", claim.key().handoffId())
                .addKeyValue("version", claim.key().version())
                .addKeyValue("conversationSid", delivery.conversationSid())
                .addKeyValue("destination", claim.key().destination())
                .addKeyValue("messageId", delivery.messageId())
                .addKeyValue("attempt", claim.attempt())
                .addKeyValue("outcome", next.entry().outcome())
                .addKeyValue("status", next.entry().status().wireName())
                .addKeyValue("smtpCode", outcome.smtpCode())
                .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
                .addKeyValue("claimLost", !isOurs)
                .log("Delivery attempted");
        return isOurs ? next.job() : new Done();
    }

    private record Decision(Entry entry, Next job) {}

    private Decision decide(MailOutcome outcome, Claim.Granted claim) {
        return switch (outcome) {
            case MailOutcome.Sent(var response, var contentSha256) ->
                new Decision(new Entry(DeliveryStatus.SENT, "sent", response, contentSha256), new Done());
            case MailOutcome.Refused(var reason, var _) -> refused(reason);
            case MailOutcome.TryLater(var reason, var _) -> later(reason, claim);
            case MailOutcome.Unanswered(var reason) ->
                switch (onDoubt) {
                    case RESEND -> later(reason, claim);
                    case ASK -> new Decision(new Entry(DeliveryStatus.PAUSED, "try_later", reason, null), new Done());
                };
            case MailOutcome.ChannelBroken(var reason, var _) ->
                new Decision(new Entry(DeliveryStatus.PAUSED, "try_later", reason, null), new Again(channel.pause()));
        };
    }

    private Decision later(String reason, Claim.Granted claim) {
        if (!clock.now().isBefore(claim.giveUpAt())) {
            return refused("given up: " + reason);
        }
        return new Decision(
                new Entry(DeliveryStatus.RETRYING, "try_later", reason, null),
                new Again(backoff.after(claim.attempt())));
    }

    private static Decision refused(String reason) {
        return new Decision(new Entry(DeliveryStatus.REFUSED, "refused", reason, null), new Done());
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

    /// Before the claim, so that what lies between claim and handover is as short as can be. What goes wrong here is
    /// tried again for a day: a snapshot may come late, a faulty renderer may be mended.
    private Prepared prepare(Delivery delivery) {
        return switch (snapshots.read(delivery)) {
            case Snapshots.Found(var snapshot) -> {
                try {
                    yield new Ready(renderer.render(snapshot, null, presentation, Links.NONE));
                } catch (RuntimeException | StackOverflowError e) {
                    yield new NotReady(
                            "the transcript cannot be rendered: " + e.getClass().getSimpleName());
                }
            }
            case Snapshots.Unusable(var reason) -> new NotReady(reason);
        };
    }

    private OutgoingMail mail(Delivery delivery, Claim.Granted claim, RenderedTranscript transcript) {
        return new OutgoingMail(
                delivery.messageId(),
                claim.key().destination().address(),
                transcript.subject(),
                transcript.text(),
                transcript.html(),
                transcript.attachments(),
                null,
                List.of(),
                claim.attempt(),
                clock.now());
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
