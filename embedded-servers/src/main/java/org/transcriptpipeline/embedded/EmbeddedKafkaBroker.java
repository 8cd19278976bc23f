package org.transcriptpipeline.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/// One Kafka broker and controller in this JVM, the real one, on loopback, keeping its log in a directory. What it
/// acknowledged survives a `kill -9` of the JVM, since the bytes are in the kernel's page cache by then.
public final class EmbeddedKafkaBroker implements AutoCloseable {

    private final Path dataDirectory;
    private final int port;
    private final int advertisedPort;
    private KafkaRaftServer server;

    private EmbeddedKafkaBroker(Path dataDirectory, int port, int advertisedPort, KafkaRaftServer server) {
        this.dataDirectory = dataDirectory;
        this.port = port;
        this.advertisedPort = advertisedPort;
        this.server = server;
    }

    /// Starts on a data directory, formatted when it is new. Topics are not made by themselves.
    ///
    /// @param port 0 for any free one
    public static EmbeddedKafkaBroker start(Path dataDirectory, int port) {
        int boundPort = port == 0 ? freePort() : port;
        return start(dataDirectory, boundPort, boundPort);
    }

    /// @param advertisedPort where clients are told to come, which leads to `port` by a way of the caller's
    public static EmbeddedKafkaBroker start(Path dataDirectory, int port, int advertisedPort) {
        return new EmbeddedKafkaBroker(
                dataDirectory, port, advertisedPort, launch(dataDirectory, port, advertisedPort));
    }

    public int port() {
        return port;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + advertisedPort;
    }

    /// Stops the broker; [#restart] brings it back on the same port with the same data.
    public void stop() {
        server.shutdown();
        server.awaitShutdown();
    }

    public void restart() {
        server = launch(dataDirectory, port, advertisedPort);
    }

    @Override
    public void close() {
        stop();
    }

    private static KafkaRaftServer launch(Path dataDirectory, int port, int advertisedPort) {
        try {
            Files.createDirectories(dataDirectory);
            var properties = configuration(dataDirectory, port, advertisedPort, freePort());
            if (!Files.exists(dataDirectory.resolve("meta.properties"))) {
                format(dataDirectory, properties);
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

    private static void format(Path dataDirectory, Properties properties) throws IOException {
        var file = Files.createTempFile("kafka", ".properties");
        try {
            try (var out = Files.newOutputStream(file)) {
                properties.store(out, null);
            }
            var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            int status = StorageTool.execute(
                    new String[] {
                        "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString(),
                    },
                    quiet);
            if (status != 0) {
                throw new IOException("Kafka could not format " + dataDirectory + ", status " + status);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
