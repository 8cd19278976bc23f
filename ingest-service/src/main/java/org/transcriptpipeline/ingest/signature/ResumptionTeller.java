package org.transcriptpipeline.ingest.signature;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.ingest.intake.EventPublisher;
import org.transcriptpipeline.ingest.intake.Publication;

/// Says, once for each account, that requests are taken again: after the start, and after some had to be refused.
/// What Twilio sent meanwhile may be lost, and somebody has to ask for it.
class ResumptionTeller {

    private static final Logger log = LoggerFactory.getLogger(ResumptionTeller.class);
    private static final long PATIENCE_SECONDS = 10;

    private final EventPublisher events;
    private final Set<String> accountSids;
    private final Clock clock;
    private boolean startIsTold;

    ResumptionTeller(EventPublisher events, Set<String> accountSids, Clock clock) {
        this.events = events;
        this.accountSids = accountSids;
        this.clock = clock;
    }

    /// While Kafka takes nothing there is nothing to tell.
    @Scheduled(initialDelay = 2, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void tell() throws InterruptedException {
        var since = events.refusedSince();
        if ((startIsTold && since == null) || !events.isTaking()) {
            return;
        }
        for (var accountSid : accountSids) {
            if (!isTold(resumed(accountSid, since))) {
                return; // all of them again: the same fact twice is one sweep more
            }
        }
        startIsTold = true;
        if (since != null) {
            events.refusalsAreTold(since);
            log.info("Requests were refused for a time; the archiver is asked to look for what they would have told");
        }
    }

    private boolean isTold(IntakeResumed resumed) throws InterruptedException {
        try {
            return events.publish(resumed).get(PATIENCE_SECONDS, TimeUnit.SECONDS) instanceof Publication.Durable;
        } catch (ExecutionException | TimeoutException e) {
            return false; // the next round tries again
        }
    }

    private IntakeResumed resumed(String accountSid, @Nullable Instant awaySince) {
        var now = clock.instant();
        var body = ("resumed " + now + " after " + awaySince).getBytes(StandardCharsets.UTF_8);
        return new IntakeResumed(
                awaySince,
                now,
                new Source(
                        SourceKind.INTAKE,
                        EventId.of(accountSid, SourceKind.INTAKE, body),
                        accountSid,
                        now,
                        null,
                        null,
                        null,
                        "intake-resumed",
                        null,
                        null,
                        body,
                        List.of()));
    }
}
