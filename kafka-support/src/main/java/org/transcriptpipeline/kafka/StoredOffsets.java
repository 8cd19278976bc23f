package org.transcriptpipeline.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
                INSERT INTO store.consumer_offsets AS o (consumer_group, topic, partition, next_offset)
                SELECT ?, t.topic, t.partition, t.next_offset
                FROM unnest(?::text[], ?::integer[], ?::bigint[]) AS t (topic, partition, next_offset)
                ORDER BY t.topic, t.partition
                ON CONFLICT (consumer_group, topic, partition) DO UPDATE
                SET next_offset = GREATEST(o.next_offset, excluded.next_offset), updated_at = now()
                """),
        NOTIFIER("""
                SELECT topic, partition, next_offset
                FROM handoff.consumer_offsets
                WHERE consumer_group = ?
                """, """
                INSERT INTO handoff.consumer_offsets AS o (consumer_group, topic, partition, next_offset)
                SELECT ?, t.topic, t.partition, t.next_offset
                FROM unnest(?::text[], ?::integer[], ?::bigint[]) AS t (topic, partition, next_offset)
                ORDER BY t.topic, t.partition
                ON CONFLICT (consumer_group, topic, partition) DO UPDATE
                SET next_offset = GREATEST(o.next_offset, excluded.next_offset), updated_at = now()
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
    private final Set<TopicPartition> positioned = ConcurrentHashMap.newKeySet();

    public StoredOffsets(JdbcTemplate jdbc, Owner owner, String group) {
        this.jdbc = jdbc;
        this.owner = owner;
        this.group = group;
    }

    /// Writes the position behind these records. To be called in the transaction that stores them.
    public void advance(List<? extends ConsumerRecord<?, ?>> records) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (var stored : records) {
            next.merge(new TopicPartition(stored.topic(), stored.partition()), stored.offset() + 1, Math::max);
        }
        var partitions = List.copyOf(next.keySet());
        jdbc.update(
                owner.upsert,
                group,
                partitions.stream().map(TopicPartition::topic).toArray(String[]::new),
                partitions.stream().map(TopicPartition::partition).toArray(Integer[]::new),
                partitions.stream().map(next::get).toArray(Long[]::new));
    }

    /// Seeks newly assigned partitions to the stored position. Where the database does not answer, the partitions
    /// stay unpositioned: [#position] will not let their records pass.
    void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        partitions.forEach(positioned::remove);
        try {
            seek(consumer, partitions);
        } catch (DataAccessException | TransactionException e) {
            log.atWarn().addKeyValue("group", group).log("The stored position could not be read; will try again");
        }
    }

    void revoked(Collection<TopicPartition> partitions) {
        partitions.forEach(positioned::remove);
    }

    /// Whether all of these partitions stand where the store says. Those that did not are moved there now, and what
    /// was fetched before has to be thrown away.
    ///
    /// @throws DataAccessException when the database does not answer
    boolean position(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        var strays = partitions.stream().filter(p -> !positioned.contains(p)).toList();
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
            positioned.add(partition);
        }
    }
}
