package org.transcriptpipeline.archive.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.event.Topics;

/// What ingest wrote last, read from the ends of the topics: it is to be seen also while the store is behind. Only the
/// time, key and headers of a record are looked at, never what is in it. The consumer belongs to no group and is closed
/// at once.
@Component
public class RecentRecords {

    /// Of each kind.
    static final int MOST = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(200);

    /// Who asks again so soon gets the same answer: a page that is reloaded all the time costs no more.
    private static final Duration FRESH = Duration.ofSeconds(2);

    private static final int FETCH_BYTES = 4 * 1024 * 1024; // one record has up to two MiB
    private static final int LONGEST_WORD = 64;

    private final KafkaProperties kafka;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Recent last;

    RecentRecords(KafkaProperties kafka, Clock clock) {
        this.kafka = kafka;
        this.clock = clock;
    }

    /// @param arrived newest first
    /// @param refused newest first; null: Kafka does not let this service read [Topics#QUARANTINE]
    /// @param at when it was looked
    public record Recent(List<Arrived> arrived, @Nullable List<Refused> refused, Instant at) {
        public Recent {
            arrived = List.copyOf(arrived);
            refused = refused == null ? null : List.copyOf(refused);
        }
    }

    /// @param at when it was written
    /// @param type of the event, `transcripts.message.added.v1` for example; null: the record does not say
    /// @param key SID of its conversation, or of its message
    public record Arrived(
            Instant at, @Nullable String type, @Nullable String key) {
        public boolean isConversation() {
            return key != null && key.matches("CH[0-9a-f]{32}");
        }
    }

    /// A request that ingest could not verify, and kept.
    ///
    /// @param endpoint last segment of the path that it came to; null: an earlier release kept it
    /// @param reason see ingest's metric `transcripts_requests_total`; null likewise
    public record Refused(
            Instant at, @Nullable String endpoint, @Nullable String reason) {}

    /// @throws org.apache.kafka.common.KafkaException where Kafka does not answer within some seconds
    public Recent read() throws InterruptedException {
        if (!lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("somebody else is looking");
        }
        try {
            var known = last;
            if (known == null || known.at().plus(FRESH).isBefore(clock.instant())) {
                known = ask();
                last = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private Recent ask() {
        var settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"); // what retention has deleted meanwhile
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES / 8);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var arrived = ends(
                    consumer,
                    List.of(Topics.EVENTS, Topics.DELIVERY_STATUSES),
                    found -> new Arrived(time(found), header(found, "ce_type"), key(found)),
                    Comparator.comparing(Arrived::at));
            return new Recent(arrived, refused(consumer), clock.instant());
        }
    }

    private static @Nullable List<Refused> refused(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            return ends(
                    consumer,
                    List.of(Topics.QUARANTINE),
                    found -> new Refused(time(found), header(found, "endpoint"), header(found, "reason")),
                    Comparator.comparing(Refused::at));
        } catch (TopicAuthorizationException _) { // the page says so
            return null;
        }
    }

    private static <T> List<T> ends(
            KafkaConsumer<byte[], byte[]> consumer,
            List<String> topics,
            Function<ConsumerRecord<byte[], byte[]>, T> shown,
            Comparator<T> byTime) {
        var partitions = topics.stream()
                .flatMap(topic -> partitions(consumer, topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            return List.of();
        }
        var starts = consumer.beginningOffsets(partitions, PATIENCE);
        var ends = consumer.endOffsets(partitions, PATIENCE);
        consumer.assign(partitions);
        ends.forEach(
                (partition, end) -> consumer.seek(partition, Math.max(starts.getOrDefault(partition, 0L), end - MOST)));
        var found = new ArrayList<T>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (isBefore(consumer, ends) && System.nanoTime() < deadline) {
            consumer.poll(POLL).forEach(one -> found.add(shown.apply(one)));
        }
        return found.stream().sorted(byTime.reversed()).limit(MOST).toList();
    }

    /// @return none where there is no such topic yet
    private static List<PartitionInfo> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<PartitionInfo> found = consumer.partitionsFor(topic, PATIENCE);
        return found == null ? List.of() : found;
    }

    private static boolean isBefore(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue());
    }

    private static Instant time(ConsumerRecord<byte[], byte[]> found) {
        return Instant.ofEpochMilli(found.timestamp());
    }

    private static @Nullable String key(ConsumerRecord<byte[], byte[]> found) {
        return word(found.key());
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> found, String name) {
        var header = found.headers().lastHeader(name);
        return header == null ? null : word(header.value());
    }

    private static @Nullable String word(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            return null;
        }
        var text = new String(bytes, UTF_8);
        return text.length() <= LONGEST_WORD ? text : text.substring(0, LONGEST_WORD);
    }
}
