package org.transcriptpipeline.cli.reconcile;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The archiver's queue of conversations to compare, as one who asks. The archiver works it off; its tables are
/// those of migration V004.
final class ReconciliationRequests {

    private final Connection connection;

    ReconciliationRequests(Connection connection) {
        this.connection = connection;
    }

    /// How far a sweep is.
    ///
    /// @param listed conversations that it has put into the queue
    /// @param lastError why Twilio could not be asked; null where it could
    record Sweep(long listed, boolean isFinished, @Nullable String lastError) {}

    /// @param left conversations that wait or are being compared
    /// @param failing those among them for which Twilio could not be asked
    record Queue(long left, long failing) {}

    /// Asks for one conversation, whole. Asked for twice it is done once, after the later request.
    ///
    /// @param accountSid where the store does not know the conversation; null for none
    /// @return whether an account is known, without which nobody can be asked
    boolean request(String conversationSid, @Nullable String accountSid, @Nullable String serviceSid)
            throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO store.reconciliations AS r (
                    conversation_sid, account_sid, service_sid, reason, priority, is_whole, order_at
                )
                SELECT w.conversation_sid, coalesce(c.account_sid, w.account_sid), coalesce(c.service_sid, w.service_sid),
                    'command', 2, true, now()
                FROM (VALUES (?::text, ?::text, ?::text)) AS w (conversation_sid, account_sid, service_sid)
                LEFT JOIN store.conversations c ON c.conversation_sid = w.conversation_sid
                WHERE coalesce(c.account_sid, w.account_sid) IS NOT NULL
                ON CONFLICT (conversation_sid) DO UPDATE
                SET
                    reason = CASE WHEN excluded.priority < r.priority THEN excluded.reason ELSE r.reason END,
                    priority = LEAST(r.priority, excluded.priority),
                    is_whole = true,
                    service_sid = coalesce(r.service_sid, excluded.service_sid),
                    requested_at = GREATEST(r.requested_at, excluded.requested_at),
                    due_at = LEAST(r.due_at, now())
                """)) {
            statement.setString(1, conversationSid);
            statement.setString(2, accountSid);
            statement.setString(3, serviceSid);
            return statement.executeUpdate() == 1;
        }
    }

    /// Asks for all conversations that were created since then.
    void sweep(String sweepId, String accountSid, @Nullable String serviceSid, Instant since) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO store.reconciliation_sweeps (sweep_id, account_sid, service_sid, reason, created_from)
                VALUES (?, ?, ?, 'command', ?)
                """)) {
            statement.setString(1, sweepId);
            statement.setString(2, accountSid);
            statement.setString(3, serviceSid);
            statement.setObject(4, since.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    Sweep progress(String sweepId) throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT listed_count, finished_at IS NOT NULL, last_error
                FROM store.reconciliation_sweeps WHERE sweep_id = ?
                """)) {
            statement.setString(1, sweepId);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? new Sweep(rows.getLong(1), rows.getBoolean(2), rows.getString(3))
                        : new Sweep(0, false, null);
            }
        }
    }

    Queue queueOf(Collection<String> conversationSids) throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT count(*), count(last_error) FROM store.reconciliations WHERE conversation_sid = ANY (?)
                """)) {
            statement.setArray(1, connection.createArrayOf("text", conversationSids.toArray()));
            try (var rows = statement.executeQuery()) {
                rows.next();
                return new Queue(rows.getLong(1), rows.getLong(2));
            }
        }
    }

    /// Of an account, all that a command or a sweep has asked for.
    Queue queueOf(String accountSid) throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT count(*), count(last_error) FROM store.reconciliations
                WHERE account_sid = ? AND reason IN ('command', 'sweep', 'outage')
                """)) {
            statement.setString(1, accountSid);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return new Queue(rows.getLong(1), rows.getLong(2));
            }
        }
    }

    /// Conversations by verdict. One that the store does not have counts as `unknown`.
    Map<String, Long> verdictsOf(Collection<String> conversationSids) throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT coalesce(c.verdict, 'unknown'), count(*)
                FROM unnest(?::text[]) AS w (conversation_sid)
                LEFT JOIN transcripts.conversations c ON c.conversation_sid = w.conversation_sid
                GROUP BY 1
                """)) {
            statement.setArray(1, connection.createArrayOf("text", conversationSids.toArray()));
            return counted(statement);
        }
    }

    Map<String, Long> verdictsSince(String accountSid, Instant since) throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT verdict, count(*) FROM transcripts.conversations
                WHERE account_sid = ? AND started_at >= ? AND removed_at IS NULL
                GROUP BY 1
                """)) {
            statement.setString(1, accountSid);
            statement.setObject(2, OffsetDateTime.ofInstant(since, ZoneOffset.UTC));
            return counted(statement);
        }
    }

    private static Map<String, Long> counted(PreparedStatement statement) throws SQLException {
        var counts = new TreeMap<String, Long>();
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }
}
