package org.transcriptpipeline.ingest.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.intake.EventPublisher;
import org.transcriptpipeline.ingest.intake.Publication;
import org.transcriptpipeline.ingest.intake.Publication.Durable;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;

/// Makes all events of one request durable, a bounded number at once. Of a batch that failed in the middle some are
/// published: Twilio's repeat makes the same events of them.
///
/// An error that Twilio logged is the exception. Refusing it would make Twilio log that refusal, and send that: what
/// cannot be published of these is dropped and counted.
final class BatchPublisher {

    private static final String ERROR_LOGS = "com.twilio.error-logs.";

    private final EventPublisher publisher;
    private final EventStreamProperties properties;
    private final MeterRegistry meters;

    BatchPublisher(EventPublisher publisher, EventStreamProperties properties, MeterRegistry meters) {
        this.publisher = publisher;
        this.properties = properties;
        this.meters = meters;
    }

    /// Blocks the request's thread, which is a virtual one, where there is more than one event.
    CompletableFuture<Handled> publish(List<TranscriptEvent> events) {
        if (events.size() == 1) {
            var event = events.getFirst();
            return publisher.publish(event).thenApply(publication -> answer(events, mustBeTold(event, publication)));
        }
        return CompletableFuture.completedFuture(answer(events, publishAll(events)));
    }

    private static Handled answer(List<TranscriptEvent> events, @Nullable Reason failure) {
        return failure == null ? new Handled.Kept(events) : new Handled.NotKept(events, failure);
    }

    /// @return why not all that matter are durable; null: they are
    private @Nullable Reason publishAll(List<TranscriptEvent> events) {
        long end = System.nanoTime() + properties.deadline().toNanos();
        @Nullable Reason failure = null;
        for (int from = 0; from < events.size() && failure == null; from += properties.inFlight()) {
            var some = events.subList(from, Math.min(events.size(), from + properties.inFlight()));
            var publications = some.stream().map(publisher::publish).toList();
            for (int i = 0; i < publications.size(); i++) {
                var reason = mustBeTold(some.get(i), await(publications.get(i), end));
                failure = failure != null ? failure : reason;
            }
        }
        return failure;
    }

    private static Publication await(CompletableFuture<Publication> publication, long end) {
        try {
            return publication.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Rejected(Reason.TIMEOUT);
        } catch (TimeoutException e) {
            return new Rejected(Reason.TIMEOUT);
        } catch (ExecutionException e) { // a mistake of ours: publications do not fail
            return new Rejected(Reason.PRODUCER_FAILED);
        }
    }

    private @Nullable Reason mustBeTold(TranscriptEvent event, Publication publication) {
        return switch (publication) {
            case Durable _ -> null;
            case Rejected(var reason)
            when isErrorLog(event) -> {
                meters.counter(
                                "transcripts.error.logs.dropped",
                                "reason",
                                reason.name().toLowerCase(Locale.ROOT))
                        .increment();
                yield null;
            }
            case Rejected(var reason) -> reason;
        };
    }

    private static boolean isErrorLog(TranscriptEvent event) {
        var type = event.source().eventType();
        return type != null && type.startsWith(ERROR_LOGS);
    }
}
