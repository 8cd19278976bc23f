package org.transcriptpipeline.cli.quarantine;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Topics;

/// The records that archiver and notifier could not store (migrations V001, V002, V010).
final class SetAsideRecords {

    private final Connection connection;

    SetAsideRecords(Connection connection) {
        this.connection = connection;
    }

    private static final String SELECT = """
        WITH records AS (
            SELECT q.topic, q.partition, q.record_offset, q.account_sid, q.reason, q.sqlstate, q.quarantined_at,
                q.size_bytes, q.replayed_at, q.replay_requested_at, q.dropped_at
            FROM transcripts.quarantined_records q
            UNION ALL
            SELECT q.topic, q.partition, q.record_offset, q.account_sid, q.reason, q.sqlstate, q.quarantined_at,
                NULL, q.replayed_at, NULL, q.dropped_at
            FROM handoff.quarantined_records q
        )
        SELECT
            r.topic, r.partition, r.record_offset, r.account_sid, r.reason, r.sqlstate, r.quarantined_at, r.size_bytes,
            CASE
                WHEN r.replayed_at IS NOT NULL THEN 'replayed'
                WHEN r.replay_requested_at IS NOT NULL THEN 'replay_requested'
                WHEN r.dropped_at IS NOT NULL THEN 'dropped'
                ELSE 'open'
            END AS state
        FROM records r
        """;

    /// Those that fit, the newest first.
    ///
    /// @param withDecided also those that are dealt with
    List<SetAsideRecord> find(Selection selection, boolean withDecided) throws SQLException {
        try (var statement = connection.prepareStatement(SELECT + """
            WHERE (cardinality(?::text[]) = 0 OR r.reason = ANY (?::text[]))
                AND (?::text IS NULL OR r.account_sid = ?)
                AND (?::text IS NULL OR r.topic = ?)
                AND (?::timestamptz IS NULL OR r.quarantined_at >= ?)
                AND (?::timestamptz IS NULL OR r.quarantined_at < ?)
                AND (? OR (r.replayed_at IS NULL AND r.dropped_at IS NULL))
            ORDER BY r.quarantined_at DESC, r.topic, r.partition, r.record_offset
            """)) {
            var reasons = connection.createArrayOf("text", selection.reasons().toArray());
            statement.setArray(1, reasons);
            statement.setArray(2, reasons);
            statement.setString(3, selection.account());
            statement.setString(4, selection.account());
            statement.setString(5, selection.recordTopic());
            statement.setString(6, selection.recordTopic());
            statement.setObject(7, utc(selection.since()));
            statement.setObject(8, utc(selection.since()));
            statement.setObject(9, utc(selection.until()));
            statement.setObject(10, utc(selection.until()));
            statement.setBoolean(11, withDecided);
            return read(statement);
        }
    }

    /// Those that are named, as far as they exist.
    List<SetAsideRecord> find(Collection<EntryId> ids) throws SQLException {
        try (var statement = connection.prepareStatement(SELECT + """
            WHERE (r.topic, r.partition, r.record_offset) IN (
                SELECT * FROM unnest(?::text[], ?::integer[], ?::bigint[])
            )
            ORDER BY r.topic, r.partition, r.record_offset
            """)) {
            ids(statement, 1, ids);
            return read(statement);
        }
    }

    /// Has the archiver replay these. What is replayed already, or asked for, stays as it is.
    ///
    /// @return how many are asked for anew
    int requestReplay(Collection<EntryId> ids, String by) throws SQLException {
        try (var statement = connection.prepareStatement("""
            UPDATE store.quarantined_records AS q
            SET replay_requested_at = now(), replay_requested_by = ?
            FROM unnest(?::text[], ?::integer[], ?::bigint[]) AS w (topic, partition, record_offset)
            WHERE q.topic = w.topic AND q.partition = w.partition AND q.record_offset = w.record_offset
                AND q.replayed_at IS NULL AND q.replay_requested_at IS NULL
            """)) {
            statement.setString(1, by);
            ids(statement, 2, ids);
            return statement.executeUpdate();
        }
    }

    /// Marks these as dealt with; one that waits for being replayed no longer does.
    void drop(Collection<EntryId> ids) throws SQLException {
        try (var statement = connection.prepareStatement("""
            UPDATE store.quarantined_records AS q
            SET dropped_at = now(), replay_requested_at = NULL, replay_requested_by = NULL
            FROM unnest(?::text[], ?::integer[], ?::bigint[]) AS w (topic, partition, record_offset)
            WHERE q.topic = w.topic AND q.partition = w.partition AND q.record_offset = w.record_offset
                AND q.replayed_at IS NULL
            """)) {
            ids(statement, 1, ids.stream().filter(id -> !isOfNotifier(id)).toList());
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement("""
            UPDATE handoff.quarantined_records AS q
            SET dropped_at = now()
            FROM unnest(?::text[], ?::integer[], ?::bigint[]) AS w (topic, partition, record_offset)
            WHERE q.topic = w.topic AND q.partition = w.partition AND q.record_offset = w.record_offset
            """)) {
            ids(statement, 1, ids.stream().filter(SetAsideRecords::isOfNotifier).toList());
            statement.executeUpdate();
        }
    }

    /// How these stand: replayed, waiting, or why not, each with its number.
    Map<String, Long> progress(Collection<EntryId> ids) throws SQLException {
        var counts = new TreeMap<String, Long>();
        for (var one : find(ids)) {
            counts.merge(
                    switch (one.state()) {
                        case "replayed", "replay_requested" -> one.state();
                        default -> "not_stored:" + one.reason();
                    },
                    1L,
                    Long::sum);
        }
        return counts;
    }

    /// The bytes, for those who may see them (the auditor, the migrator).
    byte @Nullable [] value(EntryId id) throws SQLException {
        var sql = isOfNotifier(id) ? """
            SELECT record_value FROM handoff.quarantined_records
            WHERE topic = ? AND partition = ? AND record_offset = ?
            """ : """
                    SELECT record_value FROM transcripts.quarantined_record_contents
                    WHERE topic = ? AND partition = ? AND record_offset = ?
                    """;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, id.topic());
            statement.setInt(2, id.partition());
            statement.setLong(3, id.offset());
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getBytes(1) : null;
            }
        }
    }

    static boolean isOfNotifier(EntryId id) {
        return id.topic().equals(Topics.READY);
    }

    private void ids(PreparedStatement statement, int from, Collection<EntryId> ids) throws SQLException {
        statement.setArray(
                from,
                connection.createArrayOf(
                        "text", ids.stream().map(EntryId::topic).toArray()));
        statement.setArray(
                from + 1,
                connection.createArrayOf(
                        "integer", ids.stream().map(EntryId::partition).toArray()));
        statement.setArray(
                from + 2,
                connection.createArrayOf(
                        "bigint", ids.stream().map(EntryId::offset).toArray()));
    }

    private static List<SetAsideRecord> read(PreparedStatement statement) throws SQLException {
        var found = new ArrayList<SetAsideRecord>();
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(read(rows));
            }
        }
        return found;
    }

    private static SetAsideRecord read(ResultSet row) throws SQLException {
        return new SetAsideRecord(
                new EntryId(row.getString(1), row.getInt(2), row.getLong(3)),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getObject(7, OffsetDateTime.class).toInstant(),
                row.getObject(8, Integer.class),
                row.getString(9));
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
