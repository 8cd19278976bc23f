package org.transcriptpipeline.archive.reconcile;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.reconcile.ConversationComparer.PartialListException;
import org.transcriptpipeline.archive.reconcile.EventOutlet.NotPublishedException;
import org.transcriptpipeline.archive.retention.ErasureFilter;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Works through the queue: a few conversations at a time, the most urgent first. Twilio being away costs no attempt
/// of the conversations that wait: the account pauses as a whole.
@Component
class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final int CLAIMS_AT_ONCE = 5;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final ReconciliationQueue queue;
    private final ConversationComparer comparer;
    private final ErasureFilter erasures;
    private final TwilioClients accounts;
    private final AccountPauses pauses;
    private final ReconcileProperties properties;
    private final MeterRegistry meters;
    private final Semaphore free;
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("reconciler-", 0).factory());

    Reconciler(
            ReconciliationQueue queue,
            ConversationComparer comparer,
            ErasureFilter erasures,
            TwilioClients accounts,
            AccountPauses pauses,
            ReconcileProperties properties,
            MeterRegistry meters) {
        this.queue = queue;
        this.comparer = comparer;
        this.erasures = erasures;
        this.accounts = accounts;
        this.pauses = pauses;
        this.properties = properties;
        this.meters = meters;
        this.free = new Semaphore(properties.concurrency());
    }

    /// Wakes as many workers as are idle, where there is work.
    @Scheduled(fixedDelayString = "${transcripts.reconcile.check-interval:500ms}")
    void wake() {
        if (accounts.accountSids().isEmpty()) {
            return;
        }
        ScheduledRound.run("wake the reconciler", () -> {
            if (queue.isWaiting(pauses.awake(accounts.accountSids()))) {
                wakeAll();
            }
        });
    }

    private void wakeAll() {
        while (!workers.isShutdown() && free.tryAcquire()) {
            workers.execute(() -> {
                try {
                    ScheduledRound.run("reconcile", this::work);
                } finally {
                    free.release();
                }
            });
        }
    }

    private void work() {
        try {
            while (!workers.isShutdown()) {
                var claims = queue.claim(pauses.awake(accounts.accountSids()), CLAIMS_AT_ONCE);
                if (claims.isEmpty()) {
                    return;
                }
                for (var claim : claims) {
                    if (workers.isShutdown()) {
                        return; // the lease gives the rest to another archiver
                    }
                    reconcile(claim);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops, and this one took too long
        }
    }

    private void reconcile(Claim claim) throws InterruptedException {
        var client = accounts.client(claim.accountSid());
        if (client == null) {
            return; // configured away since it was claimed
        }
        if (pauses.isPaused(claim.accountSid())) {
            queue.putBack(claim, pauses.reason(claim.accountSid()));
            return;
        }
        try {
            if (erasures.isErased(claim.conversationSid())) {
                queue.forget(claim);
                count("erased");
                return;
            }
            var outcome = comparer.compare(client, claim);
            if (outcome == ConversationComparer.Outcome.GONE) {
                queue.forget(claim);
            }
            pauses.wentWell(claim.accountSid());
            count(outcome.name());
        } catch (TwilioException e) {
            pauses.failed(claim.accountSid(), e);
            failed(claim, AccountPauses.words(e), e);
        } catch (PartialListException e) {
            failed(claim, "its list was not a whole one", e);
        } catch (NotPublishedException e) {
            failed(claim, "what it said could not be published", e);
        } catch (DataAccessException | TransactionException e) {
            throw e; // nothing can be written down; the lease brings it back
        } catch (RuntimeException e) { // a mistake of ours must not cost the conversations behind it
            log.atError()
                    .addKeyValue("conversationSid", claim.conversationSid())
                    .addKeyValue("failure", e.getClass().getName())
                    .addKeyValue("at", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0])
                    .log("Comparing a conversation failed unexpectedly"); // no message: it may hold what was compared
            failed(claim, "its answer could not be handled", e);
        }
    }

    private void failed(Claim claim, String words, Exception e) {
        count(e.getClass().getSimpleName().replace("Exception", ""));
        log.atWarn()
                .addKeyValue("conversationSid", claim.conversationSid())
                .addKeyValue("attempts", claim.attempts())
                .addKeyValue("reason", words)
                .log("Not compared with Twilio's list; will try again");
        queue.failed(claim, words, withJitter(properties.pauseAfter(claim.attempts())));
    }

    /// So that what failed together does not come back together.
    private static Duration withJitter(Duration pause) {
        return pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 4 + 1));
    }

    private void count(String outcome) {
        meters.counter("transcripts_reconciliations", "outcome", outcome.toLowerCase(java.util.Locale.ROOT))
                .increment();
    }

    @PreDestroy
    void stop() throws InterruptedException {
        workers.shutdown();
        if (!workers.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            workers.shutdownNow();
            log.warn("A comparison did not stop in time; its lease ends by itself");
        }
    }
}
