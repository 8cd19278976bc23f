package org.transcriptpipeline.archive.handoff;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// The watched handoffs: which are due, what has changed, when to look again. All times are the database's.
@Component
class WatchTable {

    private final JdbcTemplate jdbc;
    private final HandoffProperties properties;

    WatchTable(JdbcTemplate jdbc, HandoffProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /// Handoffs that something came for, locked. What came is read by another statement, which sees everything that
    /// was committed before the lock.
    List<String> lockTouched(int most) {
        return jdbc.query("""
                SELECT handoff_id
                FROM store.handoffs
                WHERE look_at <= now()
                ORDER BY look_at
                LIMIT ?
                FOR UPDATE SKIP LOCKED
                """, (row, _) -> row.getString("handoff_id"), most);
    }

    /// One handoff, locked: another archiver may be about to do the same.
    void lock(String handoffId) {
        jdbc.queryForList("SELECT handoff_id FROM store.handoffs WHERE handoff_id = ? FOR UPDATE", handoffId);
    }

    /// Handoffs of which somebody is to be reminded now.
    List<String> toRemind(int most) {
        return jdbc.query("""
                SELECT handoff_id
                FROM store.handoffs
                WHERE remind_at <= now() AND status = 'ready'
                ORDER BY remind_at
                LIMIT ?
                """, (row, _) -> row.getString("handoff_id"), most);
    }

    /// What is different now from what was told, of each of these handoffs; of those without a snapshot nothing.
    ///
    /// A reminder is no picture to compare with: it went to other people. Nor is what was first heard
    /// of long ago any news; a replay may bring it.
    List<Look> look(List<String> handoffIds) {
        return jdbc.query(
                """
                SELECT
                    h.handoff_id,
                    h.rule,
                    h.taken_at IS NOT NULL AS is_taken,
                    h.remind_at <= now() AS is_to_be_reminded,
                    h.watch_until > now() AS is_watched,
                    h.follow_up_at IS NOT NULL AS is_window_open,
                    h.follow_up_at <= now() AS is_window_over,
                    b.version,
                    n.new_messages,
                    n.has_agent_written,
                    f.new_failures
                FROM store.handoffs h
                CROSS JOIN LATERAL (
                    SELECT s.version, s.covers_indexes, s.failed_messages, s.created_at
                    FROM store.handoff_snapshots s
                    WHERE s.handoff_id = h.handoff_id AND s.kind <> 'reminder'
                    ORDER BY s.version DESC
                    LIMIT 1
                ) b
                CROSS JOIN LATERAL (
                    SELECT s.covers_indexes, s.created_at
                    FROM store.handoff_snapshots s
                    WHERE s.handoff_id = h.handoff_id AND s.kind = 'transcript'
                ) t
                CROSS JOIN LATERAL (
                    SELECT
                        count(*) FILTER (
                            WHERE m.author_kind = 'customer'
                                AND m.removed_at IS NULL
                                AND m.first_received_at > now() - ?::interval
                                AND CASE WHEN m.index IS NULL THEN m.first_received_at > b.created_at ELSE NOT m.index <@ b.covers_indexes END
                        ) AS new_messages,
                        count(*) FILTER (
                            WHERE m.author_kind = 'agent'
                                AND CASE WHEN m.index IS NULL THEN m.first_received_at > t.created_at ELSE NOT m.index <@ t.covers_indexes END
                        ) > 0 AS has_agent_written
                    FROM store.messages m
                    WHERE m.conversation_sid = h.conversation_sid AND NOT m.is_stub
                ) n
                CROSS JOIN LATERAL (
                    SELECT count(DISTINCT d.message_sid) AS new_failures
                    FROM store.deliveries d
                    JOIN store.messages m ON m.message_sid = d.message_sid
                    WHERE d.conversation_sid = h.conversation_sid
                        AND d.status IN ('failed', 'undelivered')
                        AND d.last_received_at > now() - ?::interval
                        AND m.author_kind <> 'customer'
                        AND m.message_sid <> ALL (b.failed_messages)
                ) f
                WHERE h.handoff_id = ANY (?) AND h.status = 'ready'
                """,
                (row, _) -> new Look(
                        row.getString("handoff_id"),
                        row.getString("rule"),
                        row.getBoolean("is_taken"),
                        row.getBoolean("is_to_be_reminded"),
                        row.getBoolean("is_watched"),
                        row.getBoolean("is_window_open"),
                        row.getBoolean("is_window_over"),
                        row.getInt("version"),
                        row.getInt("new_messages"),
                        row.getBoolean("has_agent_written"),
                        row.getInt("new_failures")),
                properties.expireAfter().toString(),
                properties.expireAfter().toString(),
                handoffIds.toArray(String[]::new));
    }

    /// Nothing is to be done until something comes again.
    void rest(List<String> handoffIds) {
        if (!handoffIds.isEmpty()) {
            jdbc.update("""
                    UPDATE store.handoffs
                    SET look_at = NULL, follow_up_at = NULL
                    WHERE handoff_id = ANY (?)
                    """, (Object) handoffIds.toArray(String[]::new));
        }
    }

    /// Opens a window where none is open.
    ///
    /// @param windows of each of the handoffs, in their order
    void awaitWindows(List<String> handoffIds, List<Duration> windows) {
        if (!handoffIds.isEmpty()) {
            jdbc.update(
                    """
                    UPDATE store.handoffs AS h
                    SET
                        follow_up_at = coalesce(h.follow_up_at, now() + t.duration::interval),
                        look_at = coalesce(h.follow_up_at, now() + t.duration::interval)
                    FROM unnest(?::text[], ?::text[]) AS t (handoff_id, duration)
                    WHERE h.handoff_id = t.handoff_id
                    """,
                    handoffIds.toArray(String[]::new),
                    windows.stream().map(Duration::toString).toArray(String[]::new));
        }
    }

    /// Once is enough.
    void remindNoMore(String handoffId) {
        jdbc.update("UPDATE store.handoffs SET remind_at = NULL WHERE handoff_id = ?", handoffId);
    }

    /// @param version of the newest picture that those who follow the handoff have
    /// @param newMessages of the customer, that are not in it
    /// @param hasAgentWritten since the transcript
    /// @param newFailures messages of ours that failed and had not in it
    record Look(
            String handoffId,
            @Nullable String rule,
            boolean isTaken,
            boolean isToBeReminded,
            boolean isWatched,
            boolean isWindowOpen,
            boolean isWindowOver,
            int version,
            int newMessages,
            boolean hasAgentWritten,
            int newFailures) {}
}
