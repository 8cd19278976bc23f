package org.transcriptpipeline.archive.handoff;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.handoff.WatchTable.Look;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.core.JacksonException;

/// Looks at what came after a transcript went out. What the customer wrote, until an agent writes, and messages of
/// ours that failed give a follow-up, all that comes within the rule's window in one. A handoff that nobody takes in
/// time gives one reminder.
///
/// Several archivers may run: what a round looks at is locked, and each version is decided again under its handoff's
/// lock before it is taken.
@Component
class HandoffWatcher {

    private static final Logger log = LoggerFactory.getLogger(HandoffWatcher.class);
    private static final int ROUND = 50;

    private final WatchTable table;
    private final HandoffPlans plans;
    private final SnapshotWriter snapshots;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;
    private final ReadyPublisher publisher;

    HandoffWatcher(
            WatchTable table,
            HandoffPlans plans,
            SnapshotWriter snapshots,
            TransactionTemplate transactions,
            MeterRegistry meters,
            ReadyPublisher publisher) {
        this.table = table;
        this.plans = plans;
        this.snapshots = snapshots;
        this.transactions = transactions;
        this.meters = meters;
        this.publisher = publisher;
    }

    @Scheduled(fixedDelayString = "${transcripts.settling.check-interval:500ms}")
    void watch() {
        ScheduledRound.run("watch", () -> {
            List<String> due;
            boolean isFull;
            do {
                var round = transactions.execute(_ -> lookRound());
                due = round == null ? List.of() : round.due();
                isFull = round != null && round.looked() == ROUND;
                due.forEach(handoffId -> make(handoffId, this::followUp));
            } while (isFull && due.size() < ROUND); // a whole round of failures must not spin
            table.toRemind(ROUND).forEach(handoffId -> make(handoffId, this::reminder));
        });
    }

    /// One look at the next handoffs; those whose window is over are left for a transaction of their own.
    private Round lookRound() {
        var touched = table.lockTouched(ROUND);
        if (touched.isEmpty()) {
            return new Round(0, List.of());
        }
        List<String> resting = new ArrayList<>(touched);
        List<String> waiting = new ArrayList<>();
        List<Duration> windows = new ArrayList<>();
        List<String> due = new ArrayList<>();
        for (var look : table.look(touched)) {
            var news = news(look);
            if (news.isNone()) {
                continue;
            }
            resting.remove(look.handoffId());
            if (look.isWindowOver()) {
                due.add(look.handoffId());
            } else {
                waiting.add(look.handoffId());
                windows.add(plans.followUps(look.rule()).window());
            }
        }
        table.rest(resting);
        table.awaitWindows(waiting, windows);
        return new Round(touched.size(), due);
    }

    /// What of the changes its rule wants to hear of. What came within the watch is told, also when the window ends
    /// after it.
    private News news(Look look) {
        if (!look.isWatched() && !look.isWindowOpen()) {
            return News.NONE;
        }
        var followUps = plans.followUps(look.rule());
        return new News(
                followUps.onMessages() && !look.hasAgentWritten() ? look.newMessages() : 0,
                followUps.onFailures() ? look.newFailures() : 0);
    }

    private @Nullable TranscriptSnapshot followUp(Look look) {
        var news = news(look);
        if (!look.isWindowOver() || news.isNone()) {
            return null; // another archiver was faster, or an agent has written
        }
        var snapshot = snapshots.takeAnother(
                look.handoffId(), TranscriptReady.FOLLOW_UP, look.version(), news.messages(), news.failures());
        table.rest(List.of(look.handoffId()));
        return snapshot;
    }

    private @Nullable TranscriptSnapshot reminder(Look look) {
        if (!look.isToBeReminded()) {
            return null;
        }
        table.remindNoMore(look.handoffId());
        return look.isTaken() || look.hasAgentWritten()
                ? null
                : snapshots.takeAnother(look.handoffId(), TranscriptReady.REMINDER, look.version(), 0, 0);
    }

    /// One handoff that fails must not hold the ones behind it: it is looked at again in the next round.
    private void make(String handoffId, Function<Look, @Nullable TranscriptSnapshot> version) {
        @Nullable TranscriptSnapshot snapshot;
        try {
            snapshot = transactions.execute(_ -> {
                table.lock(handoffId);
                return table.look(List.of(handoffId)).stream()
                        .findFirst()
                        .map(version)
                        .orElse(null);
            });
        } catch (DataAccessException | TransactionException | JacksonException e) {
            meters.counter("transcripts_handoffs", "state", "failing").increment();
            log.atError()
                    .addKeyValue("handoffId", handoffId)
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("A later version of the transcript could not be taken; will try again");
            return;
        }
        if (snapshot == null) {
            return;
        }
        publisher.publishSoon();
        meters.counter("transcripts_handoffs", "state", snapshot.kind()).increment();
        log.atInfo()
                .addKeyValue("handoffId", handoffId)
                .addKeyValue("conversationSid", snapshot.conversationSid())
                .addKeyValue("version", snapshot.version())
                .addKeyValue("kind", snapshot.kind())
                .log("Another version of the transcript");
    }

    /// @param due whose window is over
    private record Round(int looked, List<String> due) {}

    private record News(int messages, int failures) {
        private static final News NONE = new News(0, 0);

        boolean isNone() {
            return messages == 0 && failures == 0;
        }
    }
}
