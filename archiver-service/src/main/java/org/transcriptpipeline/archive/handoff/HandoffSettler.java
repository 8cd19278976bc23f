package org.transcriptpipeline.archive.handoff;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.core.JacksonException;

/// Waits until a conversation has come to rest, then takes the snapshot that is handed over: nothing new for the
/// quiet window, no index missing, no delivery of ours still under way, or the deadline.
///
/// All times are the database's, so a wrong clock of a host neither hurries nor holds a handoff. Several archivers
/// may run; each takes what no other has locked.
@Component
class HandoffSettler {

    private static final Logger log = LoggerFactory.getLogger(HandoffSettler.class);
    private static final int ROUND = 50;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final HandoffProperties properties;
    private final SnapshotWriter snapshots;
    private final MeterRegistry meters;

    HandoffSettler(
            JdbcTemplate jdbc,
            TransactionTemplate transactions,
            HandoffProperties properties,
            SnapshotWriter snapshots,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.properties = properties;
        this.snapshots = snapshots;
        this.meters = meters;
    }

    /// Looks at what is due, as long as a round is full.
    @Scheduled(fixedDelayString = "${transcripts.settling.check-interval:500ms}")
    void settle() {
        ScheduledRound.run("settle", () -> {
            int looked;
            do {
                looked = round();
            } while (looked == ROUND);
        });
    }

    private int round() {
        var due = transactions.execute(_ -> look());
        if (due == null) {
            return 0;
        }
        due.stream().filter(Due::isSettled).map(Due::handoffId).forEach(this::takeSnapshot);
        return due.size();
    }

    /// One statement for the whole round: what is each conversation like, has it changed since the last look, and is
    /// that enough?
    private List<Due> look() {
        return jdbc.query(
                """
                WITH due AS (
                    SELECT h.handoff_id, h.conversation_sid, h.activity, h.quiet_since, h.deadline_at
                    FROM store.handoffs h
                    WHERE h.status = 'settling' AND h.next_check_at <= now()
                    ORDER BY h.next_check_at
                    LIMIT ?
                    FOR UPDATE SKIP LOCKED
                ),
                looked AS (
                    SELECT
                        d.handoff_id,
                        d.deadline_at,
                        d.activity AS last_activity,
                        d.quiet_since,
                        concat_ws(' ', m.messages, m.stubs, m.last_received_at, m.last_edited_at, m.removed, r.deliveries, r.last_received_at) AS activity,
                        coalesce(c.missing_count, 0) AS missing_count,
                        r.under_way
                    FROM due d
                    LEFT JOIN store.conversations c USING (conversation_sid)
                    CROSS JOIN LATERAL (
                        SELECT
                            count(*) AS messages,
                            count(*) FILTER (WHERE is_stub) AS stubs,
                            max(first_received_at) AS last_received_at,
                            max(edited_at) AS last_edited_at,
                            count(removed_at) AS removed
                        FROM store.messages
                        WHERE conversation_sid = d.conversation_sid
                    ) m
                    CROSS JOIN LATERAL (
                        SELECT
                            count(*) AS deliveries,
                            max(last_received_at) AS last_received_at,
                            count(*) FILTER (WHERE status NOT IN ('canceled', 'failed', 'undelivered', 'delivered', 'read')) AS under_way
                        FROM store.deliveries
                        WHERE conversation_sid = d.conversation_sid
                    ) r
                )
                UPDATE store.handoffs AS h
                SET
                    activity = l.activity,
                    quiet_since = CASE WHEN l.activity IS DISTINCT FROM l.last_activity THEN now() ELSE l.quiet_since END,
                    next_check_at = now() + ?::interval
                FROM looked l
                WHERE h.handoff_id = l.handoff_id
                RETURNING
                    h.handoff_id,
                    now() >= l.deadline_at OR (
                        l.activity IS NOT DISTINCT FROM l.last_activity
                        AND l.quiet_since <= now() - ?::interval
                        AND l.missing_count = 0
                        AND l.under_way = 0
                    ) AS is_settled
                """,
                (row, _) -> new Due(row.getString("handoff_id"), row.getBoolean("is_settled")),
                ROUND,
                properties.checkInterval().toString(),
                properties.quietWindow().toString());
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

    private record Due(String handoffId, boolean isSettled) {}
}
