package org.transcriptpipeline.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/// The position of a consumer group, kept in the database beside the rows that it led to: a restored backup goes on
/// exactly where it ends. With no stored position a partition is read from its earliest record.
public final class StoredOffsets {

    private static final Logger log = LoggerFactory.getLogger(StoredOffsets.class);

    /// Whose table it is. The SQL is spelled out, so that no name is ever pasted into a statement.
    public enum Owner {
        ARCHIVER("""
                SELECT topic, partition, next_offset
                FROM store.consumer_offsets
                WHERE consumer_group = ?
                """, """
                WITH
                    batch AS (
                        SELECT *
                        FROM unnest(?::text[], ?::integer[], ?::bigint[], ?::bigint[])
                            AS t (topic, partition, known_offset, next_offset)
                    ),
                    before AS (
                        SELECT o.topic, o.partition, o.next_offset
                        FROM store.consumer_offsets o
                        WHERE o.consumer_group = ?
                    ),
                    written AS (
                        INSERT INTO store.consumer_offsets AS o (consumer_group, topic, partition, next_offset)
                        SELECT ?, b.topic, b.partition, b.next_offset
                        FROM batch b
                        ORDER BY b.topic, b.partition
                        ON CONFLICT (consumer_group, topic, partition) DO UPDATE
                        SET next_offset = GREATEST(o.next_offset, excluded.next_offset), updated_at = now()
                    )
                SELECT count(*)
                FROM batch b
                LEFT JOIN before s USING (topic, partition)
                WHERE coalesce(s.next_offset, 0) < b.known_offset
                """),
        NOTIFIER("""
                SELECT topic, partition, next_offset
                FROM handoff.consumer_offsets
                WHERE consumer_group = ?
                """, """
                WITH
                    batch AS (
                        SELECT *
                        FROM unnest(?::text[], ?::integer[], ?::bigint[], ?::bigint[])
                            AS t (topic, partition, known_offset, next_offset)
                    ),
                    before AS (
                        SELECT o.topic, o.partition, o.next_offset
                        FROM handoff.consumer_offsets o
                        WHERE o.consumer_group = ?
                    ),
                    written AS (
                        INSERT INTO handoff.consumer_offsets AS o (consumer_group, topic, partition, next_offset)
                        SELECT ?, b.topic, b.partition, b.next_offset
                        FROM batch b
                        ORDER BY b.topic, b.partition
                        ON CONFLICT (consumer_group, topic, partition) DO UPDATE
                        SET next_offset = GREATEST(o.next_offset, excluded.next_offset), updated_at = now()
                    )
                SELECT count(*)
                FROM batch b
                LEFT JOIN before s USING (topic, partition)
                WHERE coalesce(s.next_offset, 0) < b.known_offset
                """);

        private final String select;
        private final String upsert;

        Owner(String select, String upsert) {
            this.select = select;
            this.upsert = upsert;
        }
    }

    private final JdbcTemplate jdbc;
    private final Owner owner;
    private final String group;
    /// Where the store stood when we last wrote or read it. A partition that is not in here has to be positioned.
    private final Map<TopicPartition, Long> known = new ConcurrentHashMap<>();

    public StoredOffsets(JdbcTemplate jdbc, Owner owner, String group) {
        this.jdbc = jdbc;
        this.owner = owner;
        this.group = group;
    }

    /// Writes the position behind these records. To be called in the transaction that stores them.
    ///
    /// @throws PositionLostException where the store is behind what it was for us: a standby took over without the
    ///     last transactions
    public void advance(List<? extends ConsumerRecord<?, ?>> records) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (var stored : records) {
            next.merge(new TopicPartition(stored.topic(), stored.partition()), stored.offset() + 1, Math::max);
        }
        var partitions = List.copyOf(next.keySet());
        var behind = jdbc.queryForObject(
                owner.upsert,
                Long.class,
                partitions.stream().map(TopicPartition::topic).toArray(String[]::new),
                partitions.stream().map(TopicPartition::partition).toArray(Integer[]::new),
                partitions.stream().map(p -> known.getOrDefault(p, 0L)).toArray(Long[]::new),
                partitions.stream().map(next::get).toArray(Long[]::new),
                group,
                group);
        if (behind == null || behind > 0) {
            throw new PositionLostException();
        }
        // should the transaction fail after all, the consumer is told to ask for the position anyway
        next.forEach((partition, offset) -> known.merge(partition, offset, Math::max));
    }

    /// Seeks newly assigned partitions to the stored position. Where the database does not answer, the partitions
    /// stay unpositioned: [#position] will not let their records pass.
    void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        partitions.forEach(known::remove);
        try {
            seek(consumer, partitions);
        } catch (DataAccessException | TransactionException e) {
            // Somewhere, or Kafka's client ends over a partition that stands nowhere; nothing of it passes [#position].
            consumer.seekToBeginning(partitions);
            log.atWarn().addKeyValue("group", group).log("The stored position could not be read; will try again");
        }
    }

    /// The position of these is to be asked for again before anything of them is stored.
    void revoked(Collection<TopicPartition> partitions) {
        partitions.forEach(known::remove);
    }

    /// Whether all of these partitions stand where the store says. Those that did not are moved there now, and what
    /// was fetched before has to be thrown away.
    ///
    /// @throws DataAccessException when the database does not answer
    boolean position(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        var strays = partitions.stream().filter(p -> !known.containsKey(p)).toList();
        if (strays.isEmpty()) {
            return true;
        }
        seek(consumer, strays);
        return false;
    }

    private void seek(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> stored = new HashMap<>();
        jdbc.query(
                owner.select,
                row -> {
                    stored.put(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3));
                },
                group);
        for (var partition : partitions) {
            var next = stored.get(partition);
            if (next == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, next);
            }
            known.put(partition, next == null ? 0 : next);
        }
    }
}
