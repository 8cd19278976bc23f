package org.transcriptpipeline.archive.media;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.media.ContentDownload.NotAnsweredException;
import org.transcriptpipeline.archive.media.ContentDownload.RefusedException;
import org.transcriptpipeline.archive.media.ContentStore.StoredFile;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Fetches what is due, a few files at a time, and writes down what became of each. Nothing waits for it but a
/// handoff that settles, up to its deadline. A file that is kept before its row says so is kept again, which changes
/// nothing.
@Component
class MediaFetcher {

    private static final Logger log = LoggerFactory.getLogger(MediaFetcher.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int REMOVALS_AT_ONCE = 100;

    private final MediaFiles files;
    private final TwilioClients accounts;
    private final MediaProperties properties;
    private final MeterRegistry meters;
    private final MediaPauses pauses;
    private final @Nullable ContentStore store;
    private final ContentDownload download;
    private final AtomicLong pending;
    private final Semaphore free;
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("media-", 0).factory());

    MediaFetcher(
            MediaFiles files,
            TwilioClients accounts,
            MediaProperties properties,
            MeterRegistry meters,
            Clock clock,
            @Value("${transcripts.twilio.base-url:}") String baseUrl) {
        this.files = files;
        this.accounts = accounts;
        this.properties = properties;
        this.meters = meters;
        this.pauses = new MediaPauses(clock, properties.longestAccountPause());
        var directory = properties.directory();
        this.store = directory == null ? null : new ContentStore(Path.of(directory), clock.instant());
        this.download = new ContentDownload(
                baseUrl.isBlank() ? null : URI.create(baseUrl.strip()), // checked with the accounts
                properties.largest().toBytes(),
                properties.concurrency(),
                properties.timeLimit());
        this.pending = meters.gauge("transcripts_media_pending", new AtomicLong());
        this.free = new Semaphore(properties.concurrency());
    }

    /// How one attempt ended.
    private sealed interface Outcome {

        /// @param counted for the counter
        /// @param words for the row
        record NotNow(String counted, String words) implements Outcome {}

        /// @param status of the row from now on
        record Never(String counted, String status, String words) implements Outcome {}

        record Kept(StoredFile file) implements Outcome {}
    }

    @Scheduled(fixedDelayString = "${transcripts.media.count-interval:15s}")
    void count() {
        ScheduledRound.run("count media", () -> pending.set(files.pendingCount()));
    }

    /// Wakes as many workers as are idle, where there is work.
    @Scheduled(fixedDelayString = "${transcripts.media.check-interval:500ms}")
    void wake() {
        if (store == null || accounts.accountSids().isEmpty()) {
            return;
        }
        ScheduledRound.run("wake the media fetcher", () -> {
            if (files.isWaiting(pauses.awake(accounts.accountSids()))) {
                wakeAll(store);
            }
        });
    }

    /// Removes the files of what was erased, which whoever erases asks for in Postgres: the directory is here.
    @Scheduled(fixedDelayString = "${transcripts.media.removal-interval:2s}")
    void removeErased() {
        if (store == null) {
            return;
        }
        ScheduledRound.run("remove erased media", () -> {
            for (var sha256 : files.toRemove(REMOVALS_AT_ONCE)) {
                try {
                    files.remove(sha256, () -> remove(store, sha256));
                    count("removed");
                } catch (UncheckedIOException e) {
                    log.atError()
                            .addKeyValue("failure", e.getMessage())
                            .log("A file of what was erased could not be removed; the next round tries again");
                }
            }
        });
    }

    private static void remove(ContentStore store, String sha256) {
        try {
            store.remove(sha256);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getClass().getSimpleName(), e); // its text would hold the path
        }
    }

    private void wakeAll(ContentStore store) {
        while (!workers.isShutdown() && free.tryAcquire()) {
            workers.execute(() -> {
                try {
                    ScheduledRound.run("fetch media", () -> work(store));
                } finally {
                    free.release();
                }
            });
        }
    }

    private void work(ContentStore store) {
        while (!workers.isShutdown()) {
            // one at a time: a slow file must not use up the lease of the next
            var claim = files.claim(pauses.awake(accounts.accountSids()));
            if (claim == null) {
                return;
            }
            var client = accounts.client(claim.accountSid());
            if (client != null) {
                end(store, claim, fetch(store, client, claim));
            }
        }
    }

    private Outcome fetch(ContentStore store, TwilioClient client, Claim claim) {
        if (claim.isRemoved()) {
            return new Outcome.Never("skipped", "skipped", "its message was removed");
        }
        if (isTooLarge(claim.sizeBytes())) {
            return refused(ContentDownload.tooLarge());
        }
        try {
            var serviceSid = serviceSid(client, claim);
            if (serviceSid == null) {
                return new Outcome.NotNow("no_service", "its conversation's service is not known");
            }
            return fetch(store, client, claim, serviceSid);
        } catch (TwilioException e) {
            pauses.failed(claim.accountSid(), e);
            return new Outcome.NotNow("twilio", words(e));
        } catch (DataAccessException | TransactionException e) {
            throw e; // nothing can be written down; the lease brings it back
        } catch (RuntimeException e) { // a mistake of ours must not cost the files behind it
            log.atError()
                    .addKeyValue("mediaSid", claim.mediaSid())
                    .addKeyValue("failure", e.getClass().getName())
                    .addKeyValue("at", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0])
                    .log("Fetching a medium failed unexpectedly"); // no message: it may hold a link
            return new Outcome.NotNow("failed", "it could not be handled");
        }
    }

    private Outcome fetch(ContentStore store, TwilioClient client, Claim claim, String serviceSid) {
        try (var file = store.begin()) {
            var media = client.media(serviceSid, claim.mediaSid()).value();
            pauses.wentWell(claim.accountSid());
            if (isTooLarge(media.sizeBytes())) {
                return refused(ContentDownload.tooLarge());
            }
            var link = media.links() == null ? null : media.links().temporaryContent();
            if (link == null) {
                return new Outcome.NotNow("no_link", "Twilio gave no link to it");
            }
            download.fetch(link, media.sizeBytes(), file);
            return new Outcome.Kept(file.keep(media.contentType() == null ? claim.contentType() : media.contentType()));
        } catch (TwilioException.NotFound _) {
            return new Outcome.Never("gone", "gone", "Twilio does not have it any more");
        } catch (RefusedException e) {
            return refused(e);
        } catch (NotAnsweredException e) {
            return new Outcome.NotNow("content", String.valueOf(e.getMessage()));
        } catch (IOException e) { // its text may hold the link
            return new Outcome.NotNow(
                    "io", "it could not be read or written: " + e.getClass().getSimpleName());
        }
    }

    private boolean isTooLarge(@Nullable Long bytes) {
        return bytes != null && bytes > properties.largest().toBytes();
    }

    private static Outcome refused(RefusedException e) {
        return new Outcome.Never(e.outcome(), "refused", String.valueOf(e.getMessage()));
    }

    /// The row's, or else Twilio's word, where the conversation is in the account's default service. Null: wait.
    private @Nullable String serviceSid(TwilioClient client, Claim claim) {
        if (claim.serviceSid() != null) {
            return claim.serviceSid();
        }
        try {
            var found =
                    client.conversation(null, claim.conversationSid()).value().serviceSid();
            if (found != null) {
                files.learned(claim, found);
            }
            return found;
        } catch (TwilioException.NotFound _) {
            return null;
        }
    }

    private void end(ContentStore store, Claim claim, Outcome outcome) {
        switch (outcome) {
            case Outcome.Kept(var file) -> {
                if (!files.stored(claim, file)) {
                    count("erased");
                    return; // nobody names the file: the next round removes it
                }
                if (!store.holds(file.sha256())) {
                    files.fetchAgain(claim);
                    return;
                }
                count("stored");
                log.atInfo()
                        .addKeyValue("mediaSid", claim.mediaSid())
                        .addKeyValue("bytes", file.bytes())
                        .addKeyValue("attempts", claim.attempts())
                        .log("Medium kept");
            }
            case Outcome.Never(var counted, var status, var words) -> {
                files.ended(claim, status, words);
                count(counted);
                warn(claim, words, "Medium not kept");
            }
            case Outcome.NotNow(var counted, var words) -> later(claim, counted, words);
        }
    }

    private void later(Claim claim, String counted, String words) {
        if (claim.isLast()) {
            files.ended(claim, "refused", "given up: " + words);
            count("given_up");
            warn(claim, words, "Medium given up");
        } else {
            files.failed(claim, words, withJitter(properties.pauseAfter(claim.attempts())));
            count(counted);
            warn(claim, words, "Medium not fetched yet; will try again");
        }
    }

    private static void warn(Claim claim, String words, String message) {
        log.atWarn()
                .addKeyValue("mediaSid", claim.mediaSid())
                .addKeyValue("attempts", claim.attempts())
                .addKeyValue("reason", words)
                .log(message);
    }

    private static String words(TwilioException e) {
        return switch (e) {
            case TwilioException.Unauthorised _ -> "Twilio refuses our credentials";
            case TwilioException.RateLimited _ -> "Twilio asks for fewer requests";
            case TwilioException.Unavailable _ -> "Twilio does not answer";
            case TwilioException.Unusable _ -> "Twilio's answer cannot be read";
            case TwilioException.NotFound _ -> "Twilio does not know it";
            case TwilioException.Refused refused -> "Twilio declines with code " + refused.code();
            case TwilioException.Interrupted _ -> "the archiver stopped";
        };
    }

    /// So that what failed together does not come back together.
    private static Duration withJitter(Duration pause) {
        return pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 4 + 1));
    }

    private void count(String outcome) {
        meters.counter("transcripts_media", "outcome", outcome).increment();
    }

    @PreDestroy
    void stop() throws InterruptedException, IOException {
        workers.shutdown();
        if (!workers.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            workers.shutdownNow();
            log.warn("A download did not stop in time; its lease ends by itself");
        }
        download.close();
    }
}
