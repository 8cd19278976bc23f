package org.transcriptpipeline.cli.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.Patience;
import org.transcriptpipeline.cli.QuarantineTopic;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.event.Topics;

/// Kafka can delete the records of a partition below an offset, and no single one. Below the offset that is stored
/// everything is in Postgres, other people's as well, so that nothing is lost there; what cannot be deleted is told,
/// with the time until which the topic keeps it.
final class ErasureTopics implements AutoCloseable {

    private static final Duration CATCH_UP = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int BYTES_AT_ONCE = 8 << 20;
    private static final List<String> STORED = List.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.READY);

    private final Admin admin;
    private final KafkaAccess access;
    private final Surroundings surroundings;
    private final ErasureStore store;
    private final String accountSid;

    ErasureTopics(KafkaAccess access, Surroundings surroundings, ErasureStore store, String accountSid) {
        this.admin = Admin.create(access.settings(surroundings));
        this.access = access;
        this.surroundings = surroundings;
        this.store = store;
        this.accountSid = accountSid;
    }

    /// A question that Kafka did not answer as it should.
    private static final class NotAnsweredException extends Exception {
        NotAnsweredException(String words) {
            super(words);
        }
    }

    /// Where Kafka cannot be asked.
    static List<Receipt.Topic> unasked() {
        return Stream.concat(STORED.stream(), Stream.of(Topics.QUARANTINE))
                .map(topic -> new Receipt.Topic(topic, Map.of(), null, null, "Kafka cannot be asked"))
                .toList();
    }

    /// Deletes nothing, and tells until when the topics keep what they have.
    List<Receipt.Topic> look() {
        var told = new ArrayList<Receipt.Topic>();
        STORED.forEach(topic -> told.add(kept(topic, Map.of(), null, "not asked to delete")));
        told.add(kept(Topics.QUARANTINE, Map.of(), null, "not asked to delete"));
        return told;
    }

    /// Deletes what can be deleted.
    List<Receipt.Topic> delete() throws SQLException {
        var told = new ArrayList<Receipt.Topic>();
        awaitStored();
        var stored = store.storedOffsets();
        for (var topic : STORED) {
            told.add(deleteStored(topic, stored.getOrDefault(topic, Map.of())));
        }
        told.add(deleteRequests());
        return told;
    }

    /// What is in the topics by now is on its way to the store, where the register waits for it.
    private void awaitStored() {
        try {
            var ends = new HashMap<TopicPartition, Long>();
            for (var topic : STORED) {
                ends.putAll(offsets(topic, OffsetSpec.latest()));
            }
            Patience.until(CATCH_UP, LOOK, () -> {
                try {
                    var stored = store.storedOffsets();
                    return ends.entrySet().stream()
                            .allMatch(end -> end.getValue() == 0
                                    || stored.getOrDefault(end.getKey().topic(), Map.of())
                                                    .getOrDefault(end.getKey().partition(), 0L)
                                            >= end.getValue());
                } catch (SQLException e) {
                    throw new RefusedException("Postgres did not answer; run it again.");
                }
            });
        } catch (NotAnsweredException _) {
            // told for each topic below
        }
    }

    private Receipt.Topic deleteStored(String topic, Map<Integer, Long> stored) {
        var deleted = new TreeMap<Integer, Long>();
        try {
            var begins = offsets(topic, OffsetSpec.earliest());
            var ends = offsets(topic, OffsetSpec.latest());
            var wanted = new HashMap<TopicPartition, RecordsToDelete>();
            long remaining = 0;
            for (var end : ends.entrySet()) {
                var upTo = Math.min(stored.getOrDefault(end.getKey().partition(), 0L), end.getValue());
                if (upTo > begins.getOrDefault(end.getKey(), 0L)) {
                    wanted.put(end.getKey(), RecordsToDelete.beforeOffset(upTo));
                }
                remaining += end.getValue() - Math.max(upTo, begins.getOrDefault(end.getKey(), 0L));
            }
            deleteRecords(wanted, deleted);
            return remaining == 0
                    ? new Receipt.Topic(topic, deleted, 0L, null, null)
                    : kept(topic, deleted, remaining, "not all of it is stored yet");
        } catch (NotAnsweredException e) {
            return kept(topic, deleted, null, String.valueOf(e.getMessage()));
        }
    }

    private void deleteRecords(Map<TopicPartition, RecordsToDelete> wanted, Map<Integer, Long> deleted)
            throws NotAnsweredException {
        var answers = admin.deleteRecords(wanted).lowWatermarks();
        for (var answer : answers.entrySet()) {
            deleted.put(answer.getKey().partition(), get(answer.getValue()).lowWatermark());
        }
    }

    /// Requests that nobody could verify: only those before which all is decided can go.
    private Receipt.Topic deleteRequests() throws SQLException {
        var deleted = new TreeMap<Integer, Long>();
        var partitions = new TreeMap<Integer, Prefix>();
        try (var topic = QuarantineTopic.open(access, surroundings)) {
            topic.readAll(null, some -> look(some, partitions));
        } catch (RefusedException e) {
            return kept(Topics.QUARANTINE, Map.of(), null, String.valueOf(e.getMessage()));
        }
        try {
            var wanted = new HashMap<TopicPartition, RecordsToDelete>();
            partitions.forEach((partition, prefix) -> {
                if (prefix.deletableBelow > 0) {
                    wanted.put(
                            new TopicPartition(Topics.QUARANTINE, partition),
                            RecordsToDelete.beforeOffset(prefix.deletableBelow));
                }
            });
            deleteRecords(wanted, deleted);
            long remaining =
                    partitions.values().stream().mapToLong(p -> p.remaining).sum();
            return remaining == 0
                    ? new Receipt.Topic(Topics.QUARANTINE, deleted, 0L, null, null)
                    : kept(
                            Topics.QUARANTINE,
                            deleted,
                            remaining,
                            "requests of others before them are not decided (quarantine adopt, drop)");
        } catch (NotAnsweredException e) {
            return kept(Topics.QUARANTINE, deleted, null, String.valueOf(e.getMessage()));
        }
    }

    /// Of one partition, as far as it was read.
    private static final class Prefix {
        private boolean isOpen; // somebody else's request that is not decided
        private long deletableBelow;
        private long remaining;
    }

    private void look(List<ConsumerRecord<byte[], byte[]>> some, Map<Integer, Prefix> partitions) throws SQLException {
        var part = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long bytes = 0;
        for (var read : some) {
            part.add(read);
            bytes += read.value() == null ? 0 : read.value().length;
            if (bytes > BYTES_AT_ONCE) {
                lookAt(part, partitions);
                part.clear();
                bytes = 0;
            }
        }
        lookAt(part, partitions);
    }

    private void lookAt(List<ConsumerRecord<byte[], byte[]>> part, Map<Integer, Prefix> partitions)
            throws SQLException {
        var byPartition = part.stream().collect(Collectors.groupingBy(ConsumerRecord::partition));
        for (var records : byPartition.entrySet()) {
            lookAt(
                    records.getValue(),
                    records.getKey(),
                    partitions.computeIfAbsent(records.getKey(), _ -> new Prefix()));
        }
    }

    private void lookAt(List<ConsumerRecord<byte[], byte[]>> records, int partition, Prefix prefix)
            throws SQLException {
        var speaking = store.speaking(
                records.stream()
                        .map(read -> read.key() == null ? accountSid : new String(read.key(), UTF_8))
                        .toList(),
                records.stream()
                        .map(read -> Instant.ofEpochMilli(read.timestamp()))
                        .toList(),
                records.stream()
                        .map(read -> read.value() == null ? new byte[0] : read.value())
                        .toList());
        var decided = store.decided(
                Topics.QUARANTINE,
                partition,
                records.getFirst().offset(),
                records.getLast().offset());
        for (int i = 0; i < records.size(); i++) {
            var offset = records.get(i).offset();
            if (!speaking.contains(i)) {
                prefix.isOpen |= !decided.contains(offset);
            } else if (prefix.isOpen) {
                prefix.remaining++;
            } else {
                prefix.deletableBelow = offset + 1;
            }
        }
    }

    private Receipt.Topic kept(
            String topic, Map<Integer, Long> deleted, @Nullable Long remaining, @Nullable String problem) {
        try {
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            var entry = get(admin.describeConfigs(List.of(resource)).values().get(resource))
                    .get(TopicConfig.RETENTION_MS_CONFIG);
            long retention = entry == null || entry.value() == null ? -1 : Long.parseLong(entry.value());
            return retention < 0
                    ? new Receipt.Topic(
                            topic, deleted, remaining, null, problem + "; the topic keeps its records for ever")
                    : new Receipt.Topic(
                            topic,
                            deleted,
                            remaining,
                            surroundings.clock().instant().plusMillis(retention),
                            problem);
        } catch (NotAnsweredException e) {
            return new Receipt.Topic(topic, deleted, remaining, null, problem + "; its retention is not known");
        }
    }

    private Map<TopicPartition, Long> offsets(String topic, OffsetSpec which) throws NotAnsweredException {
        var description =
                get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        description.partitions().forEach(p -> asked.put(new TopicPartition(topic, p.partition()), which));
        var offsets = new HashMap<TopicPartition, Long>();
        get(admin.listOffsets(asked).all()).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static <T> T get(@Nullable KafkaFuture<T> answer) throws NotAnsweredException {
        if (answer == null) {
            throw new NotAnsweredException("Kafka did not answer");
        }
        try {
            return answer.get(KafkaAccess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new NotAnsweredException("Kafka declines"
                    + (cause == null
                            ? ""
                            : ": " + cause.getClass().getSimpleName().replace("Exception", "")));
        } catch (TimeoutException e) {
            throw new NotAnsweredException("Kafka did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotAnsweredException("interrupted");
        }
    }

    @Override
    public void close() {
        admin.close(KafkaAccess.PATIENCE);
    }
}
