package org.transcriptpipeline.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/// One Kafka broker and controller in this JVM, the real one, on loopback, keeping its log in a directory. What it
/// acknowledged survives a `kill -9` of the JVM, since the bytes are in the kernel's page cache by then.
public final class EmbeddedKafkaBroker implements AutoCloseable {

    private final Path dataDirectory;
    private final int port;
    private final int advertisedPort;
    private final @Nullable Security security;
    private KafkaRaftServer server;

    private EmbeddedKafkaBroker(
            Path dataDirectory, int port, int advertisedPort, @Nullable Security security, KafkaRaftServer server) {
        this.dataDirectory = dataDirectory;
        this.port = port;
        this.advertisedPort = advertisedPort;
        this.security = security;
        this.server = server;
    }

    /// A listener that wants TLS and SASL/SCRAM-SHA-512, and an authorizer that forbids what no ACL allows.
    ///
    /// @param keyStore PKCS12 with the key of the broker's certificate, see [TestCertificates]
    /// @param keyStorePassword of the store and of the key
    /// @param users passwords by user; known from the first start of a data directory on
    /// @param administrator the one of them who may do everything
    public record Security(Path keyStore, String keyStorePassword, Map<String, String> users, String administrator) {
        public Security {
            users = Map.copyOf(users);
        }

        @Override
        public String toString() {
            return "Security[" + users.keySet() + "]"; // passwords are secret
        }
    }

    /// Starts on a data directory, formatted when it is new. Topics are not made by themselves.
    ///
    /// @param port 0 for any free one
    public static EmbeddedKafkaBroker start(Path dataDirectory, int port) {
        return start(dataDirectory, port, null);
    }

    /// The same for clients that show who they are.
    public static EmbeddedKafkaBroker startSecured(Path dataDirectory, int port, Security security) {
        return start(dataDirectory, port, security);
    }

    private static EmbeddedKafkaBroker start(Path dataDirectory, int port, @Nullable Security security) {
        int boundPort = port == 0 ? FreePort.find() : port;
        return start(dataDirectory, boundPort, boundPort, security);
    }

    /// @param advertisedPort where clients are told to come, which leads to `port` by a way of the caller's
    public static EmbeddedKafkaBroker start(Path dataDirectory, int port, int advertisedPort) {
        return start(dataDirectory, port, advertisedPort, null);
    }

    private static EmbeddedKafkaBroker start(
            Path dataDirectory, int port, int advertisedPort, @Nullable Security security) {
        return new EmbeddedKafkaBroker(
                dataDirectory, port, advertisedPort, security, launch(dataDirectory, port, advertisedPort, security));
    }

    public int port() {
        return port;
    }

    /// By address; a secured broker by name, as its certificate has it.
    public String bootstrapServers() {
        return (security == null ? "127.0.0.1:" : "localhost:") + advertisedPort;
    }

    /// Stops the broker; [#restart] brings it back on the same port with the same data.
    public void stop() {
        server.shutdown();
        server.awaitShutdown();
    }

    public void restart() {
        server = launch(dataDirectory, port, advertisedPort, security);
    }

    @Override
    public void close() {
        stop();
    }

    private static KafkaRaftServer launch(
            Path dataDirectory, int port, int advertisedPort, @Nullable Security security) {
        try {
            Files.createDirectories(dataDirectory);
            var properties = configuration(dataDirectory, port, advertisedPort, FreePort.find());
            if (security != null) {
                secure(properties, port, security);
            }
            if (!Files.exists(dataDirectory.resolve("meta.properties"))) {
                format(dataDirectory, properties, security == null ? Map.of() : security.users());
            }
            var server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Kafka did not start in " + dataDirectory, e);
        }
    }

    private static Properties configuration(Path dataDirectory, int port, int advertisedPort, int controllerPort) {
        var properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + advertisedPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", dataDirectory.toAbsolutePath().toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // A broker is served from its second heartbeat on, and after a kill it is let in again only when its
        // predecessor's session is over. Nobody else could take over here, so neither needs Kafka's 2 and 9 s.
        properties.put("broker.heartbeat.interval.ms", "200");
        properties.put("broker.session.timeout.ms", "3000");
        properties.put("message.max.bytes", Integer.toString(2 * 1024 * 1024 + 64 * 1024));
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
        return properties;
    }

    /// The broker itself and its controller talk on listeners of their own, on loopback, as the only anonymous ones.
    private static void secure(Properties properties, int port, Security security) {
        int internalPort = FreePort.find();
        properties.put(
                "listeners",
                "SASL_SSL://127.0.0.1:" + port + ",INTERNAL://127.0.0.1:" + internalPort + ","
                        + properties.getProperty("listeners").replaceFirst("^PLAINTEXT[^,]*,", ""));
        properties.put(
                "advertised.listeners", "SASL_SSL://localhost:" + port + ",INTERNAL://127.0.0.1:" + internalPort);
        properties.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("inter.broker.listener.name", "INTERNAL");
        properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put(
                "ssl.keystore.location", security.keyStore().toAbsolutePath().toString());
        properties.put("ssl.keystore.password", security.keyStorePassword());
        properties.put("ssl.key.password", security.keyStorePassword());
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("allow.everyone.if.no.acl.found", "false");
        properties.put("super.users", "User:ANONYMOUS;User:" + security.administrator());
    }

    private static void format(Path dataDirectory, Properties properties, Map<String, String> users)
            throws IOException {
        var file = Files.createTempFile("kafka", ".properties");
        try {
            try (var out = Files.newOutputStream(file)) {
                properties.store(out, null);
            }
            var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            List<String> arguments = new ArrayList<>(
                    List.of("format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()));
            users.forEach((user, password) -> {
                arguments.add("--add-scram");
                arguments.add("SCRAM-SHA-512=[name=" + user + ",password=" + password + "]");
            });
            int status = StorageTool.execute(arguments.toArray(String[]::new), quiet);
            if (status != 0) {
                throw new IOException("Kafka could not format " + dataDirectory + ", status " + status);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
