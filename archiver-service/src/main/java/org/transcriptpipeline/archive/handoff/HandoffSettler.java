package org.transcriptpipeline.archive.handoff;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.EarlyRound;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.reconcile.ReconcileReason;
import org.transcriptpipeline.archive.reconcile.ReconcileRequest;
import org.transcriptpipeline.archive.reconcile.ReconciliationQueue;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.twilio.TwilioClients;
import tools.jackson.core.JacksonException;

/// Waits until a conversation has come to rest, then takes the snapshot that is handed over: nothing new for the
/// quiet window, then Twilio's list read and everything on it here, no index missing, no delivery of ours still under
/// way; or the deadline. How long these are was decided when the handoff was made, see [HandoffPlans]. What only the
/// list tells does not start another quiet window: it was said before.
///
/// All times are the database's, so a wrong clock of a host neither hurries nor holds a handoff. Several archivers
/// may run; each takes what no other has locked.
@Component
class HandoffSettler {

    private static final Logger log = LoggerFactory.getLogger(HandoffSettler.class);
    private static final int ROUND = 50;

    /// What is made within so long is looked at in one round.
    private static final Duration TOGETHER = Duration.ofMillis(20);

    private static final long SHORTEST_WAIT_MILLIS = 20; // where another archiver has locked what is due

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final HandoffProperties properties;
    private final SnapshotWriter snapshots;
    private final ReconciliationQueue reconciliations;
    private final TwilioClients accounts;
    private final MeterRegistry meters;
    private final ReadyPublisher publisher;
    private final EarlyRound early;

    HandoffSettler(
            JdbcTemplate jdbc,
            TransactionTemplate transactions,
            HandoffProperties properties,
            SnapshotWriter snapshots,
            ReconciliationQueue reconciliations,
            TwilioClients accounts,
            MeterRegistry meters,
            ReadyPublisher publisher,
            TaskScheduler scheduler) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.properties = properties;
        this.snapshots = snapshots;
        this.reconciliations = reconciliations;
        this.accounts = accounts;
        this.meters = meters;
        this.publisher = publisher;
        this.early = new EarlyRound(scheduler, this::settle);
    }

    /// Handoffs were made: their quiet window begins with the first look.
    ///
    /// @param made says when it is committed
    @TransactionalEventListener(fallbackExecution = true)
    void look(HandoffsMade made) {
        early.askFor(TOGETHER);
    }

    /// Looks at what is due, as long as a round is full, and comes again when the next window ends.
    @Scheduled(fixedDelayString = "${transcripts.settling.check-interval:500ms}")
    void settle() {
        ScheduledRound.run("settle", () -> {
            int looked;
            do {
                looked = round();
            } while (looked == ROUND);
            untilNext()
                    .filter(next -> next.compareTo(properties.checkInterval()) < 0)
                    .ifPresent(early::askFor);
        });
    }

    private int round() {
        var due = transactions.execute(_ -> {
            var looked = look();
            askForLists(looked);
            return looked;
        });
        if (due == null) {
            return 0;
        }
        var settled = due.stream().filter(Due::isSettled).map(Due::handoffId).toList();
        settled.forEach(this::takeSnapshot);
        if (!settled.isEmpty()) {
            publisher.publishSoon();
        }
        return due.size();
    }

    /// How long until the next handoff is due, also one of another archiver.
    private Optional<Duration> untilNext() {
        return jdbc
                .query("""
                SELECT extract(epoch FROM h.next_check_at - now()) * 1000 AS millis
                FROM store.handoffs h
                WHERE h.status = 'settling'
                ORDER BY h.next_check_at
                LIMIT 1
                """, (row, _) -> Duration.ofMillis(Math.max(SHORTEST_WAIT_MILLIS, row.getLong("millis") + 1)))
                .stream()
                .findFirst();
    }

    /// One statement for the whole round: what is each conversation like, has it changed since the last look, and is
    /// that enough?
    private List<Due> look() {
        var interval = properties.checkInterval().toString();
        return jdbc.query(
                """
                WITH due AS (
                    SELECT h.handoff_id, h.account_sid, h.conversation_sid, h.activity, h.quiet_since, h.deadline_at,
                        h.quiet_window, h.waits_for_delivery
                    FROM store.handoffs h
                    WHERE h.status = 'settling' AND h.next_check_at <= now()
                    ORDER BY h.next_check_at
                    LIMIT ?
                    FOR UPDATE SKIP LOCKED
                ),
                looked AS (
                    SELECT
                        d.handoff_id,
                        d.account_sid,
                        d.conversation_sid,
                        d.deadline_at,
                        d.quiet_window,
                        d.waits_for_delivery,
                        d.activity AS last_activity,
                        d.quiet_since,
                        concat_ws(' ', m.messages, m.stubs, m.last_received_at, m.last_edited_at, m.removed, r.deliveries, r.last_received_at) AS activity,
                        coalesce(c.missing_count, 0) AS missing_count,
                        c.listed_at,
                        c.removed_at IS NOT NULL AS is_removed,
                        c.removed_at IS NOT NULL OR coalesce(coalesce(c.highest_kept_index, -1) <= c.listed_through, false) AS is_listed,
                        d.account_sid = ANY (?) AS can_be_listed,
                        r.under_way
                    FROM due d
                    LEFT JOIN store.conversations c USING (conversation_sid)
                    CROSS JOIN LATERAL (
                        SELECT
                            count(*) FILTER (WHERE is_announced) AS messages,
                            count(*) FILTER (WHERE is_stub) AS stubs,
                            max(first_received_at) FILTER (WHERE is_announced) AS last_received_at,
                            max(edited_at) FILTER (WHERE is_announced) AS last_edited_at,
                            count(removed_at) FILTER (WHERE is_announced) AS removed
                        FROM store.messages
                        WHERE conversation_sid = d.conversation_sid
                    ) m
                    CROSS JOIN LATERAL (
                        SELECT
                            count(*) FILTER (WHERE sources <> '{rest}') AS deliveries,
                            max(last_received_at) FILTER (WHERE sources <> '{rest}') AS last_received_at,
                            count(*) FILTER (WHERE status NOT IN ('canceled', 'failed', 'undelivered', 'delivered', 'read')) AS under_way
                        FROM store.deliveries
                        WHERE conversation_sid = d.conversation_sid
                    ) r
                )
                UPDATE store.handoffs AS h
                SET
                    activity = l.activity,
                    quiet_since = CASE WHEN l.activity IS DISTINCT FROM l.last_activity THEN now() ELSE l.quiet_since END,
                    -- when its window ends, where that is sooner than the usual next look
                    next_check_at = now() + CASE
                        WHEN l.activity IS DISTINCT FROM l.last_activity THEN LEAST(?::interval, l.quiet_window)
                        WHEN l.quiet_since + l.quiet_window > now()
                            THEN LEAST(?::interval, l.quiet_since + l.quiet_window - now())
                        ELSE ?::interval
                    END
                FROM looked l
                WHERE h.handoff_id = l.handoff_id
                RETURNING
                    h.handoff_id,
                    now() >= l.deadline_at OR (
                        l.activity IS NOT DISTINCT FROM l.last_activity
                        AND l.quiet_since <= now() - l.quiet_window
                        AND l.missing_count = 0
                        AND (l.under_way = 0 OR NOT l.waits_for_delivery)
                        AND NOT EXISTS (SELECT FROM store.media_files f WHERE f.conversation_sid = l.conversation_sid AND f.status = 'pending')
                        AND (NOT l.can_be_listed OR (l.is_listed AND (l.listed_at >= l.quiet_since OR l.is_removed)))
                    ) AS is_settled,
                    l.can_be_listed
                        AND l.activity IS NOT DISTINCT FROM l.last_activity
                        AND l.quiet_since <= now() - l.quiet_window
                        AND NOT l.is_removed
                        AND coalesce(l.listed_at < l.quiet_since, true) AS is_to_be_listed,
                    l.account_sid,
                    l.conversation_sid,
                    l.quiet_since
                """,
                HandoffSettler::due,
                ROUND,
                accounts.accountSids().toArray(String[]::new),
                interval,
                interval,
                interval);
    }

    /// Conversations that have come to rest, and whose list was last read before that.
    private void askForLists(List<Due> looked) {
        reconciliations.request(
                ReconcileReason.HANDOFF,
                looked.stream().map(Due::listing).filter(Objects::nonNull).toList());
    }

    private static Due due(ResultSet row, int rowNumber) throws SQLException {
        return new Due(
                row.getString("handoff_id"),
                row.getBoolean("is_settled"),
                row.getBoolean("is_to_be_listed")
                        ? new ReconcileRequest(
                                row.getString("conversation_sid"),
                                row.getString("account_sid"),
                                null,
                                null,
                                row.getObject("quiet_since", OffsetDateTime.class)
                                        .toInstant())
                        : null);
    }

    /// One handoff that fails must not hold the ones behind it: it is looked at again later.
    private void takeSnapshot(String handoffId) {
        @Nullable TranscriptSnapshot snapshot;
        try {
            snapshot = transactions.execute(_ -> snapshots.take(handoffId));
        } catch (DataAccessException | TransactionException | JacksonException e) {
            meters.counter("transcripts_handoffs", "state", "failing").increment();
            log.atError()
                    .addKeyValue("handoffId", handoffId)
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("The snapshot could not be taken; will try again");
            return;
        }
        if (snapshot == null) {
            return; // another archiver was faster
        }
        meters.counter("transcripts_handoffs", "state", "ready").increment();
        log.atInfo()
                .addKeyValue("handoffId", handoffId)
                .addKeyValue("conversationSid", snapshot.conversationSid())
                .addKeyValue("messages", snapshot.messageCount())
                .addKeyValue("verdict", snapshot.verdict().verdict())
                .log("Transcript settled");
    }

    /// @param listing null: its list need not be read
    private record Due(
            String handoffId, boolean isSettled, @Nullable ReconcileRequest listing) {}
}
