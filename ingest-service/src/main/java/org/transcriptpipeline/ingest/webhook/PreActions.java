package org.transcriptpipeline.ingest.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.ingest.request.ReceivedRequest;

/// Pre-action events after their answer: verified and stored as well as can be, a bounded number at once. Nobody
/// waits for them, and what is not stored is counted.
final class PreActions implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PreActions.class);

    private final WebhookHandler handler;
    private final MeterRegistry meters;
    private final Semaphore room;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    PreActions(WebhookHandler handler, WebhookProperties properties, MeterRegistry meters) {
        this.handler = handler;
        this.meters = meters;
        this.room = new Semaphore(properties.preActionsAside());
    }

    /// @param release gives the body's memory back, always called once
    void storeAside(ReceivedRequest request, Runnable release) {
        if (!room.tryAcquire()) {
            release.run();
            notStored("overloaded");
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    store(request);
                } catch (RuntimeException e) { // a mistake of ours; its words could be a customer's
                    notStored("error");
                    log.atError()
                            .addKeyValue("requestId", request.requestId())
                            .addKeyValue("failure", e.getClass().getName())
                            .log("Pre-action event not handled");
                } finally {
                    room.release();
                    release.run();
                }
            });
        } catch (RejectedExecutionException e) { // shutting down
            room.release();
            release.run();
            notStored("shutdown");
        }
    }

    /// Its body could not even be held.
    void notStored(String reason) {
        count("not_stored", reason);
    }

    @Override
    public void close() {
        executor.close();
    }

    private void store(ReceivedRequest request) {
        if (request.form().isTruncated()) {
            notStored("parameters");
            return;
        }
        switch (handler.handle(request).join()) {
            case Handled.Kept(var events) -> {
                count("stored", "none");
                var event = events.getFirst();
                log.atInfo()
                        .addKeyValue("requestId", request.requestId())
                        .addKeyValue("eventId", event.source().eventId())
                        .addKeyValue("key", event.key())
                        .log("Pre-action event stored");
            }
            case Handled.NotKept(var _, var reason) -> notStored(nameOf(reason));
            case Handled.Unproved(var reason, var _) -> count("refused", nameOf(reason));
            case Handled.WrongType() -> notStored("content_type");
            case Handled.AccountMissing _, Handled.ConversationMissing _ -> notStored("incomplete");
        }
    }

    private void count(String outcome, String reason) {
        meters.counter("transcripts.pre.actions", "outcome", outcome, "reason", reason)
                .increment();
    }

    private static String nameOf(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}
