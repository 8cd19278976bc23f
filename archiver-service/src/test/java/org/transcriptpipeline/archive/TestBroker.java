package org.transcriptpipeline.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;

/// A real broker for this module's tests, started once.
public final class TestBroker {

    private static final EmbeddedKafkaBroker BROKER = start();

    private TestBroker() {}

    private static EmbeddedKafkaBroker start() {
        try {
            var broker = EmbeddedKafkaBroker.start(Files.createTempDirectory("archiver-kafka"), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String bootstrapServers() {
        return BROKER.bootstrapServers();
    }

    public static KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers(), "linger.ms", 5, "max.request.size", 3_000_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }
}
