package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.kafka.TopicProvisioner;

/// A real broker, in this JVM, and a real database, for services that run beside as processes of their own. The
/// database can be stopped and started, frozen and thawed.
final class Servers implements AutoCloseable {

    static final String PASSWORD = "of the pipeline's tests";
    static final int PARTITIONS = 6;
    /// Whoever is cut off does not keep its partitions for Kafka's usual 45 seconds.
    static final List<String> QUICK_TAKEOVER = List.of(
            "--spring.kafka.consumer.properties.session.timeout.ms=6000",
            "--spring.kafka.consumer.properties.heartbeat.interval.ms=1500");

    private static final Set<String> TOPICS = Set.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.READY);

    private final Path postgresDirectory;
    private final EmbeddedKafkaBroker kafka;
    private final int postgresPort;
    private EmbeddedPostgresServer postgres;

    private Servers(Path postgresDirectory, EmbeddedKafkaBroker kafka, EmbeddedPostgresServer postgres) {
        this.postgresDirectory = postgresDirectory;
        this.kafka = kafka;
        this.postgres = postgres;
        this.postgresPort = postgres.port();
    }

    /// Starts both on an empty directory, with roles, tables and topics.
    static Servers start(Path directory) throws SQLException {
        var postgresDirectory = directory.resolve("postgres");
        var servers = new Servers(
                postgresDirectory,
                EmbeddedKafkaBroker.start(directory.resolve("kafka"), 0),
                EmbeddedPostgresServer.start(postgresDirectory, 0));
        DatabaseRoles.create(
                servers.postgres.superuser(),
                Map.of(
                        DatabaseRoles.MIGRATOR, PASSWORD,
                        DatabaseRoles.ARCHIVER, PASSWORD,
                        DatabaseRoles.NOTIFIER, PASSWORD));
        Migrations.settings(Flyway.configure())
                .dataSource(servers.postgres.jdbcUrl(), DatabaseRoles.MIGRATOR, PASSWORD)
                .load()
                .migrate();
        var outcome = new TopicProvisioner(
                        Map.of("bootstrap.servers", servers.kafka.bootstrapServers()),
                        new TopicProperties(true, PARTITIONS, (short) 1, 1, Duration.ofDays(7), "producer"),
                        TOPICS)
                .provision();
        if (!(outcome instanceof TopicProvisioner.Present)) {
            throw new IllegalStateException("no topics: " + outcome);
        }
        return servers;
    }

    EmbeddedKafkaBroker kafka() {
        return kafka;
    }

    int postgresPort() {
        return postgresPort;
    }

    Path postgresDirectory() {
        return postgresDirectory;
    }

    /// As superuser, a connection for each statement; gives up after half a minute.
    JdbcTemplate database() {
        return database(postgresPort);
    }

    static JdbcTemplate database(int port) {
        var source = new PGSimpleDataSource();
        source.setURL(url("127.0.0.1:" + port));
        source.setUser("postgres");
        source.setConnectTimeout(5);
        source.setSocketTimeout(30);
        return new JdbcTemplate(source);
    }

    private static String url(String hosts) {
        return "jdbc:postgresql://" + hosts + "/" + EmbeddedPostgresServer.DATABASE;
    }

    /// Settings with which any service finds these servers.
    ///
    /// @param databasePorts more than one: of a primary and its standby, in any order
    List<String> settings(Integer... databasePorts) {
        var hosts = String.join(
                ",", Stream.of(databasePorts).map(port -> "127.0.0.1:" + port).toList());
        return List.of(
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--spring.datasource.url=" + url(hosts),
                "--spring.datasource.password=" + PASSWORD,
                "--spring.flyway.user=" + DatabaseRoles.MIGRATOR,
                "--spring.flyway.password=" + PASSWORD);
    }

    /// Waits for every acknowledgement, and not for ever.
    KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", kafka.bootstrapServers(),
                        "acks", "all",
                        "linger.ms", 5,
                        "request.timeout.ms", 5000,
                        "delivery.timeout.ms", 10_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /// As an administrator stops it: sessions are ended, what is committed is on disk.
    void stopPostgres() {
        postgres.close();
    }

    void startPostgres() {
        postgres = EmbeddedPostgresServer.start(postgresDirectory, postgresPort);
    }

    /// The server and all its sessions hold still, with their connections open.
    void freezePostgres() throws IOException, InterruptedException {
        Signals.freeze(postgresProcesses());
    }

    void thawPostgres() throws IOException, InterruptedException {
        Signals.thaw(postgresProcesses());
    }

    private Stream<ProcessHandle> postgresProcesses() throws IOException {
        var pid = Files.readAllLines(postgresDirectory.resolve("postmaster.pid"))
                .getFirst()
                .strip();
        var postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants());
    }

    @Override
    public void close() {
        kafka.close();
        postgres.close();
    }
}
