package org.transcriptpipeline.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where Kafka is. Without any setting it is standalone's.
public final class KafkaAccess {

    /// How long one question may take.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String STANDALONE = "127.0.0.1:9092";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Kafka; else SPRING_KAFKA_BOOTSTRAP_SERVERS, else 127.0.0.1:9092.")
    private @Nullable String bootstrapServers;

    /// What every client of Kafka is given; a copy of its own.
    public Map<String, Object> settings(Surroundings surroundings) {
        var servers = surroundings.setting(bootstrapServers, "SPRING_KAFKA_BOOTSTRAP_SERVERS");
        var settings = new HashMap<String, Object>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers == null ? STANDALONE : servers);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        return settings;
    }
}
