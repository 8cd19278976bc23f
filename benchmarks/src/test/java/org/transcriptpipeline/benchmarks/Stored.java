package org.transcriptpipeline.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.TranscriptEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is in Kafka, request by request.
final class Stored implements AutoCloseable {

    private static final Duration READ_LIMIT = Duration.ofMinutes(2);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SignedBodies bodies;
    private final EventCodec codec = new EventCodec();

    Stored(String bootstrapServers, SignedBodies bodies) {
        this.bodies = bodies;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "fetch.max.bytes", 8 * 1024 * 1024),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    static void createTopics(String bootstrapServers, List<String> topics) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, Receivers.PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
    }

    /// Where these topics end now.
    Map<TopicPartition, Long> ends(List<String> topics) {
        var partitions = new ArrayList<TopicPartition>();
        for (var topic : topics) {
            consumer.partitionsFor(topic)
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        }
        return new HashMap<>(consumer.endOffsets(partitions));
    }

    /// How often each request is in the topics, from there to their end.
    ///
    /// @throws IllegalStateException for a record that is none of the requests
    int[] since(Map<TopicPartition, Long> begin) {
        var counts = new int[bodies.count()];
        var end = consumer.endOffsets(begin.keySet());
        consumer.assign(begin.keySet());
        begin.forEach(consumer::seek);
        long last = System.nanoTime() + READ_LIMIT.toNanos();
        while (end.entrySet().stream().anyMatch(one -> consumer.position(one.getKey()) < one.getValue())) {
            if (System.nanoTime() > last) {
                throw new IllegalStateException("the topics could not be read to their end");
            }
            for (var one : consumer.poll(Duration.ofMillis(200))) {
                var position = position(one.value());
                if (position == null) {
                    throw new IllegalStateException("a record that nobody sent, in " + one.topic());
                }
                counts[position]++;
            }
        }
        return counts;
    }

    /// Of an event of ours, a form, or its parameters as JSON.
    private @Nullable Integer position(byte[] value) {
        if (value[0] != '{') {
            return bodies.positionOfForm(value);
        }
        if (codec.decode(value) instanceof Readable<TranscriptEvent>(var event)) {
            return bodies.positionOfForm(event.source().body());
        }
        var parameters = new HashMap<String, String>();
        JsonNode form = JSON.readTree(new String(value, UTF_8));
        form.propertyStream()
                .forEach(one -> parameters.put(one.getKey(), one.getValue().stringValue("")));
        return bodies.position(parameters);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
