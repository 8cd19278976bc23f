package org.transcriptpipeline.archive.reconcile;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.event.ConversationReconciled;

/// The conversations whose lists have to be read, in Postgres: a crash forgets none, and several archivers share the
/// work. A request is answered by the finding that is merged, in the same transaction; until then it may be worked on
/// again, which changes nothing.
@Component
public class ReconciliationQueue {

    private final JdbcTemplate jdbc;
    private final ReconcileProperties properties;

    ReconciliationQueue(JdbcTemplate jdbc, ReconcileProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /// Asks for these conversations, in one statement. What is asked for already stays, unless this is more urgent,
    /// wants more, or wants it later than what is under way.
    public void request(ReconcileReason reason, Collection<ReconcileRequest> requests) {
        if (requests.isEmpty()) {
            return;
        }
        var sorted = requests.stream()
                .sorted(Comparator.comparing(ReconcileRequest::conversationSid))
                .toList();
        jdbc.update(
                """
                INSERT INTO store.reconciliations AS r (
                    conversation_sid, account_sid, service_sid, reason, priority, is_whole, order_at, requested_at
                )
                SELECT DISTINCT ON (t.conversation_sid)
                    t.conversation_sid, t.account_sid, t.service_sid, ?, ?, ?, coalesce(t.order_at::timestamptz, now()),
                    coalesce(t.not_before::timestamptz, now())
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    AS t (conversation_sid, account_sid, service_sid, order_at, not_before)
                ORDER BY t.conversation_sid
                ON CONFLICT (conversation_sid) DO UPDATE
                SET
                    reason = CASE WHEN excluded.priority < r.priority THEN excluded.reason ELSE r.reason END,
                    priority = LEAST(r.priority, excluded.priority),
                    is_whole = r.is_whole OR excluded.is_whole,
                    service_sid = coalesce(r.service_sid, excluded.service_sid),
                    requested_at = GREATEST(r.requested_at, excluded.requested_at),
                    due_at = CASE WHEN excluded.requested_at > r.requested_at THEN LEAST(r.due_at, now()) ELSE r.due_at END
                WHERE excluded.priority < r.priority
                    OR (excluded.is_whole AND NOT r.is_whole)
                    OR excluded.requested_at > r.requested_at
                """,
                reason.columnValue(),
                reason.priority(),
                reason.isWhole(),
                texts(sorted, ReconcileRequest::conversationSid),
                texts(sorted, ReconcileRequest::accountSid),
                texts(sorted, ReconcileRequest::serviceSid),
                texts(sorted, r -> text(r.orderAt())),
                texts(sorted, r -> text(r.notBefore())));
    }

    /// Takes the most urgent requests of these accounts, at most so many, for the time of a lease.
    List<Claim> claim(Collection<String> accountSids, int most) {
        return jdbc.query(
                """
                WITH due AS (
                    SELECT r.conversation_sid
                    FROM store.reconciliations r
                    WHERE r.due_at <= now() AND r.account_sid = ANY (?)
                    ORDER BY r.priority, r.order_at
                    LIMIT ?
                    FOR UPDATE SKIP LOCKED
                )
                UPDATE store.reconciliations AS r
                SET due_at = now() + ?::interval, attempts = r.attempts + 1
                FROM due
                LEFT JOIN store.conversations c ON c.conversation_sid = due.conversation_sid
                WHERE r.conversation_sid = due.conversation_sid
                RETURNING
                    r.conversation_sid,
                    r.account_sid,
                    coalesce(r.service_sid, c.service_sid) AS service_sid,
                    r.is_whole,
                    r.attempts,
                    CASE WHEN c.missing_count = 0 THEN c.verified_through_index END AS verified_through,
                    c.listed_holes::text AS verified_holes,
                    now() AS claimed_at
                """,
                ReconciliationQueue::claim,
                accountSids.toArray(String[]::new),
                most,
                properties.lease().toString());
    }

    /// Whether there is anything to claim.
    boolean isWaiting(Collection<String> accountSids) {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("""
                SELECT EXISTS (SELECT FROM store.reconciliations r WHERE r.due_at <= now() AND r.account_sid = ANY (?))
                """, Boolean.class, (Object) accountSids.toArray(String[]::new)));
    }

    long size() {
        var size = jdbc.queryForObject("SELECT count(*) FROM store.reconciliations", Long.class);
        return size == null ? 0 : size;
    }

    /// Twilio could not be asked; later.
    ///
    /// @param error in words for the verdict's reason, nothing of a person in it
    void failed(Claim claim, String error, Duration pause) {
        jdbc.update("""
                UPDATE store.reconciliations
                SET last_error = ?, due_at = now() + ?::interval
                WHERE conversation_sid = ?
                """, error, pause.toString(), claim.conversationSid());
    }

    /// Twilio is left alone for now, which is no attempt. Looked for again when its account is asked again.
    void putBack(Claim claim, String error) {
        jdbc.update("""
                UPDATE store.reconciliations
                SET last_error = ?, due_at = now(), attempts = attempts - 1
                WHERE conversation_sid = ?
                """, error, claim.conversationSid());
    }

    /// There is no list to read: the conversation is gone.
    void forget(Claim claim) {
        jdbc.update(
                "DELETE FROM store.reconciliations WHERE conversation_sid = ? AND requested_at <= ?::timestamptz",
                claim.conversationSid(),
                claim.claimedAt().toString());
    }

    /// These findings are merged. Runs in the transaction of their batch.
    public void answered(List<ConversationReconciled> findings) {
        if (findings.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                DELETE FROM store.reconciliations r
                USING unnest(?::text[], ?::text[]) AS t (conversation_sid, listed_at)
                WHERE r.conversation_sid = t.conversation_sid AND r.requested_at <= t.listed_at::timestamptz
                """,
                texts(findings, ConversationReconciled::conversationSid),
                texts(findings, f -> f.listedAt().toString()));
    }

    private static Claim claim(ResultSet row, int rowNumber) throws SQLException {
        return new Claim(
                row.getString("conversation_sid"),
                row.getString("account_sid"),
                row.getString("service_sid"),
                row.getBoolean("is_whole"),
                row.getInt("attempts"),
                row.getObject("verified_through", Long.class),
                row.getString("verified_holes"),
                row.getObject("claimed_at", OffsetDateTime.class).toInstant());
    }

    private static <T> String[] texts(List<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
