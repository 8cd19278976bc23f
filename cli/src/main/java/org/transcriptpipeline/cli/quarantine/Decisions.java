package org.transcriptpipeline.cli.quarantine;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What was decided about entries: rows that are added and never changed (migration V010).
final class Decisions {

    private final Connection connection;

    Decisions(Connection connection) {
        this.connection = connection;
    }

    /// @param decision `adopt`, `adopt_unverified`, `drop` or `replay`
    /// @param by who decided it, as they said
    /// @param databaseUser the role that wrote it
    record Decision(String decision, String outcome, String by, String databaseUser, Instant at) {

        boolean isAdoption() {
            return decision.startsWith("adopt");
        }

        /// How an entry of the topic stands, by its last decision.
        static String stateOf(@Nullable Decision last) {
            return last == null ? "open" : last.outcome();
        }
    }

    /// The last decision about each of these requests; none for those about which nobody decided.
    Map<EntryId, Decision> lastOf(Collection<KeptRequest> requests) throws SQLException {
        if (requests.isEmpty()) {
            return Map.of();
        }
        var last = new HashMap<EntryId, Decision>();
        try (var statement = connection.prepareStatement("""
            SELECT DISTINCT ON (d.topic, d.partition, d.record_offset)
                d.topic, d.partition, d.record_offset, d.decision, d.outcome, d.decided_by, d.database_user, d.decided_at
            FROM unnest(?::text[], ?::integer[], ?::bigint[], ?::text[]) AS w (topic, partition, record_offset, request_id)
            JOIN store.quarantine_decisions d USING (topic, partition, record_offset)
            WHERE d.request_id IS NOT DISTINCT FROM w.request_id
            ORDER BY d.topic, d.partition, d.record_offset, d.decision_id DESC
            """)) {
            statement.setArray(1, texts(requests, r -> r.id().topic()));
            statement.setArray(2, array("integer", requests, r -> r.id().partition()));
            statement.setArray(3, array("bigint", requests, r -> r.id().offset()));
            statement.setArray(4, texts(requests, KeptRequest::requestId));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    last.put(new EntryId(rows.getString(1), rows.getInt(2), rows.getLong(3)), decision(rows));
                }
            }
        }
        return last;
    }

    /// All decisions about one entry, the oldest first.
    ///
    /// @param requestId null for a record that could not be stored
    List<Decision> of(EntryId id, @Nullable String requestId) throws SQLException {
        var all = new ArrayList<Decision>();
        try (var statement = connection.prepareStatement("""
            SELECT d.topic, d.partition, d.record_offset, d.decision, d.outcome, d.decided_by, d.database_user, d.decided_at
            FROM store.quarantine_decisions d
            WHERE d.topic = ? AND d.partition = ? AND d.record_offset = ? AND d.request_id IS NOT DISTINCT FROM ?
            ORDER BY d.decision_id
            """)) {
            statement.setString(1, id.topic());
            statement.setInt(2, id.partition());
            statement.setLong(3, id.offset());
            statement.setString(4, requestId);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    all.add(decision(rows));
                }
            }
        }
        return all;
    }

    void addForRequests(Collection<KeptRequest> requests, String decision, String outcome, String by)
            throws SQLException {
        add(requests, KeptRequest::id, KeptRequest::requestId, KeptRequest::account, decision, outcome, by);
    }

    void addForRecords(Collection<SetAsideRecord> records, String decision, String outcome, String by)
            throws SQLException {
        add(records, SetAsideRecord::id, _ -> null, SetAsideRecord::account, decision, outcome, by);
    }

    private <T> void add(
            Collection<T> entries,
            Function<T, EntryId> id,
            Function<T, @Nullable String> requestId,
            Function<T, @Nullable String> account,
            String decision,
            String outcome,
            String by)
            throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement("""
            INSERT INTO store.quarantine_decisions (
                topic, partition, record_offset, request_id, account_sid, decision, outcome, decided_by
            )
            SELECT t.topic, t.partition, t.record_offset, t.request_id, t.account_sid, ?, ?, ?
            FROM unnest(?::text[], ?::integer[], ?::bigint[], ?::text[], ?::text[])
                AS t (topic, partition, record_offset, request_id, account_sid)
            """)) {
            statement.setString(1, decision);
            statement.setString(2, outcome);
            statement.setString(3, by);
            statement.setArray(4, texts(entries, e -> id.apply(e).topic()));
            statement.setArray(5, array("integer", entries, e -> id.apply(e).partition()));
            statement.setArray(6, array("bigint", entries, e -> id.apply(e).offset()));
            statement.setArray(7, texts(entries, requestId));
            statement.setArray(8, texts(entries, account));
            statement.executeUpdate();
        }
    }

    private <T> java.sql.Array texts(Collection<T> entries, Function<T, @Nullable String> value) throws SQLException {
        return array("text", entries, value);
    }

    private <T> java.sql.Array array(String type, Collection<T> entries, Function<T, ? extends @Nullable Object> value)
            throws SQLException {
        return connection.createArrayOf(type, entries.stream().map(value).toArray());
    }

    private static Decision decision(ResultSet row) throws SQLException {
        return new Decision(
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getObject(8, OffsetDateTime.class).toInstant());
    }
}
