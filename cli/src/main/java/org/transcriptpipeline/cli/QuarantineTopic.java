package org.transcriptpipeline.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Topics;

/// Reads what ingest has kept of requests that it could not verify. Belongs to no consumer group and commits nothing.
public final class QuarantineTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration OF_CLOCKS = Duration.ofMinutes(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    private QuarantineTopic(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        this.partitions = consumer.partitionsFor(Topics.QUARANTINE, KafkaAccess.PATIENCE).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /// @throws RefusedException where Kafka does not answer
    public static QuarantineTopic open(KafkaAccess access, Surroundings surroundings) {
        var settings = access.settings(surroundings);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) KafkaAccess.PATIENCE.toMillis());
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return asking(() -> {
            var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            try {
                return new QuarantineTopic(consumer);
            } catch (RuntimeException e) {
                consumer.close();
                throw e;
            }
        });
    }

    /// Where a request is kept.
    public record Position(int partition, long offset) {}

    /// What is done with the records of a poll.
    ///
    /// @param <E> what it may throw
    public interface Reader<E extends Exception> {
        void read(List<ConsumerRecord<byte[], byte[]>> some) throws E;
    }

    /// The newest of all partitions, or of one.
    ///
    /// @param partition null for any
    /// @return null where there is none
    public @Nullable ConsumerRecord<byte[], byte[]> newest(@Nullable Integer partition) {
        return asking(() -> {
            var ends = consumer.endOffsets(
                    partitions.stream()
                            .filter(p -> partition == null || p.partition() == partition)
                            .toList(),
                    KafkaAccess.PATIENCE);
            ConsumerRecord<byte[], byte[]> newest = null;
            for (var end : ends.entrySet()) {
                var last = at(new Position(end.getKey().partition(), end.getValue() - 1));
                if (last != null && (newest == null || last.timestamp() > newest.timestamp())) {
                    newest = last;
                }
            }
            return newest;
        });
    }

    /// @return null where there is none, or none any more
    public @Nullable ConsumerRecord<byte[], byte[]> at(Position position) {
        return asking(() -> {
            var partition = new TopicPartition(Topics.QUARANTINE, position.partition());
            if (!partitions.contains(partition) || position.offset() < first(partition)) {
                return null;
            }
            long end = end(partition);
            consumer.assign(List.of(partition));
            consumer.seek(partition, Math.min(position.offset(), end));
            long deadline = System.nanoTime() + KafkaAccess.PATIENCE.toNanos();
            while (consumer.position(partition, KafkaAccess.PATIENCE) < end) {
                for (var read : consumer.poll(POLL)) {
                    return read.offset() == position.offset() ? read : null;
                }
                requireTime(deadline);
            }
            return null;
        });
    }

    /// All that is there now, a poll at a time: each partition in its order, nothing more than a poll held in memory.
    ///
    /// @param since what was written clearly before is passed over; null for everything
    public <E extends Exception> void readAll(@Nullable Instant since, Reader<E> reader) throws E {
        var ends = asking(() -> consumer.endOffsets(partitions, KafkaAccess.PATIENCE));
        asking(() -> {
            consumer.assign(partitions);
            starts(since, ends).forEach(consumer::seek);
            return true;
        });
        long deadline = System.nanoTime() + KafkaAccess.PATIENCE.toNanos();
        while (asking(() -> isBefore(ends))) {
            var polled = asking(() -> consumer.poll(POLL));
            var some = new ArrayList<ConsumerRecord<byte[], byte[]>>(polled.count());
            for (var read : polled) {
                if (read.offset() < ends.getOrDefault(new TopicPartition(read.topic(), read.partition()), 0L)) {
                    some.add(read);
                }
            }
            if (some.isEmpty()) {
                requireTime(deadline);
            } else {
                reader.read(some);
                deadline = System.nanoTime() + KafkaAccess.PATIENCE.toNanos();
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Map<TopicPartition, Long> starts(@Nullable Instant since, Map<TopicPartition, Long> ends) {
        var starts = new HashMap<>(consumer.beginningOffsets(partitions, KafkaAccess.PATIENCE));
        if (since != null) {
            var wanted = new HashMap<TopicPartition, Long>();
            partitions.forEach(p -> wanted.put(p, since.minus(OF_CLOCKS).toEpochMilli()));
            consumer.offsetsForTimes(wanted, KafkaAccess.PATIENCE)
                    .forEach((partition, found) ->
                            starts.put(partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
        }
        return starts;
    }

    private boolean isBefore(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey(), KafkaAccess.PATIENCE) < end.getValue());
    }

    private long first(TopicPartition partition) {
        return only(consumer.beginningOffsets(List.of(partition), KafkaAccess.PATIENCE)
                .values());
    }

    private long end(TopicPartition partition) {
        return only(
                consumer.endOffsets(List.of(partition), KafkaAccess.PATIENCE).values());
    }

    private static long only(Collection<Long> offsets) {
        return offsets.iterator().next();
    }

    private static void requireTime(long deadline) {
        if (System.nanoTime() > deadline) {
            throw new RefusedException("Kafka did not give the requests in time.");
        }
    }

    private static <T extends @Nullable Object> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (KafkaException e) {
            throw new RefusedException("Kafka did not give the requests: "
                    + e.getClass().getSimpleName() + " (SPRING_KAFKA_BOOTSTRAP_SERVERS)");
        }
    }
}
