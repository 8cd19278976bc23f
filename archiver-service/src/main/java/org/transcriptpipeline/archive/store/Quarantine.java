package org.transcriptpipeline.archive.store;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// Records that could not be stored, with their bytes. Setting one aside twice is harmless.
@Component
public class Quarantine {

    /// @param reason a word, see the view `quarantined_records`
    public record Entry(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable String accountSid,
            String reason,
            @Nullable String sqlState) {}

    private static final int REPLAYED_AT_ONCE = 200;
    private static final int REPLAYED_BYTES_AT_ONCE = 8 * 1024 * 1024;

    private final JdbcTemplate jdbc;

    Quarantine(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Runs in the caller's transaction.
    public void setAside(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                INSERT INTO store.quarantined_records (
                    topic, partition, record_offset, account_sid, reason, sqlstate, record_key, record_value, recorded_at
                )
                SELECT
                    t.topic, t.partition, t.record_offset, t.account_sid, t.reason, t.sqlstate, t.record_key,
                    t.record_value, t.recorded_at::timestamptz
                FROM unnest(
                    ?::text[], ?::integer[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::text[]
                ) AS t (topic, partition, record_offset, account_sid, reason, sqlstate, record_key, record_value, recorded_at)
                ON CONFLICT (topic, partition, record_offset) DO NOTHING
                """,
                MergedTable.texts(entries, e -> e.record.topic()),
                MergedTable.integers(entries, e -> e.record.partition()),
                MergedTable.longs(entries, e -> e.record.offset()),
                MergedTable.texts(entries, Entry::accountSid),
                MergedTable.texts(entries, Entry::reason),
                MergedTable.texts(entries, Entry::sqlState),
                MergedTable.bytes(entries, e -> e.record.key()),
                MergedTable.bytes(entries, e -> e.record.value()),
                MergedTable.times(entries, e -> Instant.ofEpochMilli(Math.max(0, e.record.timestamp()))));
    }

    /// Where a record is in Kafka, or was.
    public record Place(String topic, int partition, long offset) {}

    /// A record that is being replayed, its row locked.
    ///
    /// @param value null for a tombstone
    public record Locked(Place place, byte @Nullable [] value) {
        @Override
        public String toString() {
            return "Locked[" + place + "]"; // somebody's words
        }
    }

    /// Records that somebody wants replayed, the oldest request first: as many as fit into a batch, by number and
    /// by size.
    public List<Place> askedFor() {
        return jdbc.query(
                """
                SELECT t.topic, t.partition, t.record_offset
                FROM (
                    SELECT a.*, sum(a.bytes) OVER (ORDER BY a.replay_requested_at, a.topic, a.partition, a.record_offset) AS bytes_so_far
                    FROM (
                        SELECT
                            q.topic, q.partition, q.record_offset, q.replay_requested_at,
                            coalesce(octet_length(q.record_value), 0) AS bytes
                        FROM store.quarantined_records q
                        WHERE q.replay_requested_at IS NOT NULL
                        ORDER BY q.replay_requested_at, q.topic, q.partition, q.record_offset
                        LIMIT ?
                    ) a
                ) t
                WHERE t.bytes_so_far - t.bytes < ?
                ORDER BY t.replay_requested_at, t.topic, t.partition, t.record_offset
                """,
                (row, _) -> new Place(row.getString(1), row.getInt(2), row.getLong(3)),
                REPLAYED_AT_ONCE,
                REPLAYED_BYTES_AT_ONCE);
    }

    /// Locks those of these that are still asked for and that nobody else has locked, in the order of their
    /// offsets. Runs in the caller's transaction.
    public List<Locked> lock(List<Place> places) {
        return jdbc.query(
                """
                SELECT q.topic, q.partition, q.record_offset, q.record_value
                FROM store.quarantined_records q
                JOIN unnest(?::text[], ?::integer[], ?::bigint[]) AS t (topic, partition, record_offset)
                    USING (topic, partition, record_offset)
                WHERE q.replay_requested_at IS NOT NULL
                ORDER BY q.topic, q.partition, q.record_offset
                FOR UPDATE OF q SKIP LOCKED
                """,
                (row, _) -> new Locked(new Place(row.getString(1), row.getInt(2), row.getLong(3)), row.getBytes(4)),
                MergedTable.texts(places, Place::topic),
                MergedTable.integers(places, Place::partition),
                MergedTable.longs(places, Place::offset));
    }

    /// These are stored now. Runs in the transaction that stores them.
    public void replayed(List<Locked> records) {
        var places = records.stream().map(Locked::place).toList();
        decided(places, "replayed");
        jdbc.update(
                """
                UPDATE store.quarantined_records AS q
                SET replayed_at = now(), replay_requested_at = NULL, replay_requested_by = NULL
                FROM unnest(?::text[], ?::integer[], ?::bigint[]) AS t (topic, partition, record_offset)
                WHERE q.topic = t.topic AND q.partition = t.partition AND q.record_offset = t.record_offset
                """,
                MergedTable.texts(places, Place::topic),
                MergedTable.integers(places, Place::partition),
                MergedTable.longs(places, Place::offset));
    }

    /// It still cannot be stored: its reason is the new one, and nobody asks for it any more. Runs in the caller's
    /// transaction.
    public void notReplayed(Place place, String reason, @Nullable String sqlState) {
        decided(List.of(place), "not_stored:" + reason);
        jdbc.update("""
            UPDATE store.quarantined_records
            SET reason = ?, sqlstate = ?, replay_requested_at = NULL, replay_requested_by = NULL
            WHERE topic = ? AND partition = ? AND record_offset = ? AND replay_requested_at IS NOT NULL
            """, reason, sqlState, place.topic(), place.partition(), place.offset());
    }

    /// The outcome beside the request for it, by who asked.
    private void decided(List<Place> places, String outcome) {
        jdbc.update(
                """
                INSERT INTO store.quarantine_decisions (
                    topic, partition, record_offset, account_sid, decision, outcome, decided_by
                )
                SELECT q.topic, q.partition, q.record_offset, q.account_sid, 'replay', ?, coalesce(q.replay_requested_by, 'unknown')
                FROM store.quarantined_records q
                JOIN unnest(?::text[], ?::integer[], ?::bigint[]) AS t (topic, partition, record_offset)
                    USING (topic, partition, record_offset)
                WHERE q.replay_requested_at IS NOT NULL
                """,
                outcome,
                MergedTable.texts(places, Place::topic),
                MergedTable.integers(places, Place::partition),
                MergedTable.longs(places, Place::offset));
    }
}
