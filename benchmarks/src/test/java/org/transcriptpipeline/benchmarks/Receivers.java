package org.transcriptpipeline.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.simulator.Webhook;

/// Who takes webhooks: ours, what others would write, and the limit.
enum Receivers {
    /// The service as it is run.
    INGEST("ingest-service", Webhook.CONVERSATIONS) {
        @Override
        List<String> topics() {
            return List.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.QUARANTINE);
        }

        @Override
        List<String> command(Setting setting) {
            return ingest(setting);
        }
    },

    /// The same without a line in the log for each request, which no peer has.
    QUIET("ingest-service, no line for a request", Webhook.CONVERSATIONS) {
        @Override
        List<String> topics() {
            return INGEST.topics();
        }

        @Override
        List<String> command(Setting setting) {
            var command = ingest(setting);
            command.add("--logging.level.org.transcriptpipeline.ingest.webhook.Exchange=warn");
            return command;
        }
    },

    /// Express with `twilio`'s own check and kafkajs, one process: the receiver that most would write.
    EXPRESS("Express, twilio, kafkajs", Webhook.CONVERSATIONS) {
        @Override
        List<String> command(Setting setting) {
            return List.of("node", peer("express").resolve("server.js").toString());
        }

        @Override
        boolean isInstalled() {
            return Files.isDirectory(peer("express").resolve("node_modules"));
        }
    },

    /// Fastify with `@platformatic/kafka`, two processes: the fastest one.
    FASTIFY("Fastify, twilio, platformatic, two processes", Webhook.CONVERSATIONS) {
        @Override
        List<String> command(Setting setting) {
            return List.of("node", peer("fastify").resolve("server.js").toString());
        }

        @Override
        boolean isInstalled() {
            return Files.isDirectory(peer("fastify").resolve("node_modules"));
        }
    },

    /// The limit: the same check and the same producer, and nothing else.
    NETTY("bare Netty and producer", Webhook.CONVERSATIONS) {
        @Override
        List<String> command(Setting setting) {
            return Processes.besideServices(BareReceiver.class);
        }
    },

    /// Our server without what it is for.
    EMPTY("ingest-service, empty endpoint", IngestWithEmptyEndpoint.PATH) {
        @Override
        List<String> topics() {
            return List.of();
        }

        @Override
        List<String> command(Setting setting) {
            return ingest(setting);
        }
    };

    static final int PARTITIONS = 12;

    /// How one of them is started; peers have it as environment variables of these names.
    record Setting(int port, String bootstrapServers, String topic, Path directory) {

        Map<String, String> environment() {
            return Map.of(
                    "PORT",
                    Integer.toString(port),
                    "KAFKA_BOOTSTRAP_SERVERS",
                    bootstrapServers,
                    "TOPIC",
                    topic,
                    "PUBLIC_URL",
                    SignedBodies.PUBLIC_URL + Webhook.CONVERSATIONS,
                    "AUTH_TOKEN",
                    SignedBodies.TOKEN);
        }
    }

    private final String label;
    private final String path;

    Receivers(String label, String path) {
        this.label = label;
        this.path = path;
    }

    String label() {
        return label;
    }

    String path() {
        return path;
    }

    /// Where what it acknowledges is; none: nowhere.
    List<String> topics() {
        return List.of(topic());
    }

    String topic() {
        return "benchmarks." + name().toLowerCase(java.util.Locale.ROOT);
    }

    boolean isInstalled() {
        return true;
    }

    abstract List<String> command(Setting setting);

    private static Path peer(String name) {
        return Path.of("peers", name);
    }

    private static List<String> ingest(Setting setting) {
        return Processes.service(
                IngestWithEmptyEndpoint.class,
                "jdbc,transaction,flyway,mail,thymeleaf,security",
                "--server.port=" + setting.port(),
                "--management.server.port=0",
                "--spring.kafka.bootstrap-servers=" + setting.bootstrapServers(),
                "--transcripts.public-base-urls=" + SignedBodies.PUBLIC_URL,
                "--transcripts.accounts.default.sid=" + SignedBodies.ACCOUNT,
                "--transcripts.accounts.default.auth-tokens=" + SignedBodies.TOKEN,
                "--transcripts.topics.partitions=" + PARTITIONS,
                "--transcripts.spill.directory=" + setting.directory().resolve("spill"));
    }
}
