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
}
