package org.transcriptpipeline.cli.quarantine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.event.EventCodec;

/// Publishes the events of adopted requests. Done means that all brokers that must have it have it.
final class AdoptedEvents implements AutoCloseable {

    private static final Duration DELIVERY = Duration.ofSeconds(30);
    private static final int ROOM_FOR_HEADERS = 128 * 1024;

    private final KafkaProducer<String, byte[]> producer;

    AdoptedEvents(KafkaAccess access, Surroundings surroundings) {
        var settings = access.settings(surroundings);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) KafkaAccess.PATIENCE.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, EventCodec.MAX_RECORD_BYTES + ROOM_FOR_HEADERS);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /// Returns when all are acknowledged.
    ///
    /// @throws RefusedException where one is not; some may be. Published once more they are the same events
    void publish(List<ProducerRecord<String, byte[]>> records) {
        try {
            List<Future<RecordMetadata>> sent =
                    records.stream().map(producer::send).toList();
            for (var one : sent) {
                one.get(DELIVERY.toSeconds() + 5, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new RefusedException(
                    "Kafka did not acknowledge the events: " + cause.getClass().getSimpleName()
                            + ". Nothing is marked; do it again, an event that is published twice is stored once.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException("Interrupted; do it again, an event that is published twice is stored once.");
        }
    }

    @Override
    public void close() {
        producer.close(DELIVERY);
    }
}
