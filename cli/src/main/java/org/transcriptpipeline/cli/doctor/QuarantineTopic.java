package org.transcriptpipeline.cli.doctor;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.event.Topics;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Requests that ingest could not verify and has kept.
final class QuarantineTopic {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int KNOWN_VERSION = 1;

    private final String bootstrapServers;
    private final JsonMapper mapper = JsonMapper.builder().build();

    QuarantineTopic(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /// A record's value, the parts that verifying takes; ingest writes it.
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Kept(
            int version,
            String path,
            @Nullable String query,
            @Nullable String contentType,
            @Nullable List<String> signatures,
            Instant receivedAt,
            @Nullable String reason,
            byte @Nullable [] body) {}

    /// @param partition of the record; null for any, then `offset` must be null too
    /// @param offset null for the newest
    /// @throws RefusedException where there is no such record, or Kafka does not answer
    SuspectRequest read(@Nullable Integer partition, @Nullable Long offset) {
        var properties = new Properties();
        properties.putAll(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1));
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var starts = starts(consumer, partition, offset);
            if (starts.isEmpty()) {
                throw new RefusedException("There is no such request in " + Topics.QUARANTINE + ".");
            }
            return request(newest(consumer, starts));
        } catch (KafkaException e) {
            throw new RefusedException("Kafka did not give the request: "
                    + e.getClass().getSimpleName() + " (SPRING_KAFKA_BOOTSTRAP_SERVERS)");
        }
    }

    /// Where the wanted records are: the last one of each partition, or the named one.
    private static Map<TopicPartition, Long> starts(
            KafkaConsumer<byte[], byte[]> consumer, @Nullable Integer partition, @Nullable Long offset) {
        var partitions = consumer.partitionsFor(Topics.QUARANTINE, PATIENCE).stream()
                .filter(info -> partition == null || info.partition() == partition)
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        var first = consumer.beginningOffsets(partitions, PATIENCE);
        var starts = new HashMap<TopicPartition, Long>();
        consumer.endOffsets(partitions, PATIENCE).forEach((where, end) -> {
            long wanted = offset == null ? end - 1 : offset;
            if (wanted >= first.getOrDefault(where, 0L) && wanted < end) {
                starts.put(where, wanted);
            }
        });
        return starts;
    }

    private static ConsumerRecord<byte[], byte[]> newest(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> starts) {
        var left = new HashMap<>(starts);
        var found = new HashMap<TopicPartition, ConsumerRecord<byte[], byte[]>>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        consumer.assign(left.keySet());
        left.forEach(consumer::seek);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            for (var read : consumer.poll(Duration.ofMillis(500))) {
                var where = new TopicPartition(read.topic(), read.partition());
                if (left.remove(where) != null) {
                    found.put(where, read);
                    consumer.pause(List.of(where));
                }
            }
        }
        return found.values().stream()
                .max(Comparator.comparingLong(ConsumerRecord::timestamp))
                .orElseThrow(() -> new RefusedException("Kafka did not give the request in time."));
    }

    private SuspectRequest request(ConsumerRecord<byte[], byte[]> read) {
        try {
            var kept = mapper.readValue(read.value(), Kept.class);
            if (kept.version() > KNOWN_VERSION) {
                throw new RefusedException("The request was kept by a newer release: use its command line tool.");
            }
            return new SuspectRequest(
                    kept.query() == null ? kept.path() : kept.path() + "?" + kept.query(),
                    headers(kept),
                    kept.body() == null ? new byte[0] : kept.body(),
                    kept.reason());
        } catch (JacksonException _) {
            // its own message quotes the record
            throw new RefusedException("The record is no request that ingest kept: partition " + read.partition()
                    + ", offset " + read.offset() + ".");
        }
    }

    private static Map<String, List<String>> headers(Kept kept) {
        var headers = new HashMap<String, List<String>>();
        headers.put("x-twilio-signature", kept.signatures() == null ? List.of() : kept.signatures());
        if (kept.contentType() != null) {
            headers.put("content-type", List.of(kept.contentType()));
        }
        return headers;
    }
}
