package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.AclCommand;
import org.apache.kafka.tools.TopicCommand;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.embedded.TestCertificates;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.IngestApplication;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.kafka.TopicProvisioner;
import org.transcriptpipeline.net.TlsFailure;
import org.transcriptpipeline.notify.NotifierApplication;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;

/// Faults S9 and O9: the three services with a Kafka that wants TLS, SCRAM and an ACL for everything, by exactly the
/// commands of `docs/security.md`, and with a Postgres that wants TLS. What is wrong on the way there is named.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredPipelineIT {

    private static final String ADMINISTRATOR = "administrator";
    private static final String INGEST = "transcripts-ingest";
    private static final String ARCHIVER = "transcripts-archiver";
    private static final String NOTIFIER = "transcripts-notifier";
    private static final String PASSWORD = "a-planted-password-of-kafka";
    private static final String DATABASE_PASSWORD = "a-planted-password-of-postgres";
    private static final String ACCOUNT = Sids.account("secured");
    private static final String TOKEN = Sids.of("", "token", 4711);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static TestCertificates authority;
    private static Path trusted;
    private static Path trustedByOthers;
    private static EmbeddedKafkaBroker kafka;
    private static EmbeddedPostgresServer postgres;

    @BeforeAll
    static void start() throws SQLException, IOException {
        authority = TestCertificates.authority(directory.resolve("authority"));
        trusted = authority.trusted();
        trustedByOthers =
                TestCertificates.authority(directory.resolve("others")).trusted();
        var store = authority.server("localhost", "dns:localhost");
        kafka = EmbeddedKafkaBroker.startSecured(
                directory.resolve("kafka"),
                0,
                new EmbeddedKafkaBroker.Security(
                        store,
                        TestCertificates.PASSWORD,
                        Map.of(ADMINISTRATOR, PASSWORD, INGEST, PASSWORD, ARCHIVER, PASSWORD, NOTIFIER, PASSWORD),
                        ADMINISTRATOR));
        postgres = EmbeddedPostgresServer.startSecured(directory.resolve("postgres"), 0, authority.pemOf(store));
        DatabaseRoles.create(
                postgres.superuser(),
                Stream.of(DatabaseRoles.MIGRATOR, DatabaseRoles.ARCHIVER, DatabaseRoles.NOTIFIER)
                        .collect(Collectors.toMap(role -> role, _ -> DATABASE_PASSWORD)));
        applyTheDocumentedCommands();
    }

    @AfterAll
    static void stop() {
        kafka.close();
        postgres.close();
    }

    private static void applyTheDocumentedCommands() throws IOException {
        var settings = new StringBuilder();
        client(ADMINISTRATOR, PASSWORD, trusted)
                .forEach((name, value) ->
                        settings.append(name).append('=').append(value).append('\n'));
        var file = Files.writeString(directory.resolve("administrator.properties"), settings);
        Exit.setExitProcedure((status, _) -> {
            if (status != 0) {
                throw new IllegalStateException("a documented command ends with status " + status);
            }
        });
        int commands = 0;
        for (var line : Files.readString(Path.of("..", "docs", "security.md"))
                .replace("\\\n", " ")
                .lines()
                .filter(line -> line.startsWith("kafka-"))
                .toList()) {
            var words = List.of(line.replace("$KAFKA", kafka.bootstrapServers())
                    .replace("administrator.properties", file.toString())
                    .replace("--replication-factor 3", "--replication-factor 1")
                    .replace("min.insync.replicas=2", "min.insync.replicas=1")
                    .split(" +"));
            var arguments = words.subList(1, words.size()).toArray(String[]::new);
            switch (words.getFirst()) {
                case "kafka-topics.sh" -> TopicCommand.main(arguments);
                case "kafka-acls.sh" -> AclCommand.main(arguments);
                default -> throw new IllegalStateException("unknown command " + words.getFirst());
            }
            commands++;
        }
        Exit.resetExitProcedure();
        assertThat(commands).isGreaterThanOrEqualTo(8);
    }

    @Test
    @Order(1)
    void aConversationGoesThroughWithTlsEverywhereAndWithTheDocumentedRightsOnly() throws Exception {
        try (var _ = archiver();
                var _ = notifier(PASSWORD);
                var ingest = ingest(kafka.bootstrapServers(), PASSWORD, trusted)) {
            try (var twilio = new TwilioSimulator(
                    URI.create("http://127.0.0.1:" + port(ingest, "local.server.port")),
                    StandaloneProcess.PUBLIC_BASE_URL,
                    ACCOUNT,
                    TOKEN)) {
                var startedAt = Instant.now().minus(1, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
                var requests = new Requests("secured", ACCOUNT, 1, 6, startedAt);
                List<Boolean> answers = new ArrayList<>();
                twilio.post(requests.stream().iterator(), 1, answer -> answers.add(answer.isAcknowledged()));
                answers.add(twilio.post(requests.flowEnded(0)).isAcknowledged());
                assertThat(answers).hasSize(requests.count() + 1).containsOnly(true);
            }
            await("the mail").atMost(SOON).until(() -> Files.isDirectory(outbox()) && !isEmpty(outbox()));

            assertThat(readiness(ingest)).contains("\"otherTopics\":\"present\"");
            assertThat(connections()).isNotEmpty().containsOnly(true);
        }
    }

    @Test
    @Order(2)
    @Tag("K7")
    @Tag("S9")
    void nobodyMayWhatIsNotHisPart() throws Exception {
        fillEveryTopic();

        assertThat(writable(INGEST))
                .containsExactlyInAnyOrder(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.QUARANTINE);
        assertThat(readable(INGEST)).isEmpty();
        assertThat(writable(ARCHIVER)).containsExactlyInAnyOrder(Topics.EVENTS, Topics.READY);
        assertThat(readable(ARCHIVER)).containsExactlyInAnyOrder(Topics.EVENTS, Topics.DELIVERY_STATUSES);
        assertThat(writable(NOTIFIER)).isEmpty();
        assertThat(readable(NOTIFIER)).containsExactly(Topics.READY);

        assertThat(groups(INGEST)).isEmpty();
        assertThat(groups(ARCHIVER)).containsExactly("transcripts-archiver");
        assertThat(groups(NOTIFIER)).containsExactly("transcripts-notifier");
    }

    @Test
    @Order(3)
    @Tag("O9")
    void whatIsWrongOnTheWayToKafkaIsNamed() throws Exception {
        assertThat(seen(client(INGEST, PASSWORD, trusted))).isEqualTo("Present[]");
        assertThat(seen(client(INGEST, PASSWORD, trustedByOthers))).contains("of no authority that is trusted here");
        assertThat(seen(at("127.0.0.1:" + kafka.port(), client(INGEST, PASSWORD, trusted))))
                .contains("of another host");
        assertThat(seen(client(INGEST, "wrong", trusted))).contains("Kafka refuses our name or password");
        assertThat(seen(at("no-such-host.invalid:9092", client(INGEST, PASSWORD, trusted))))
                .startsWith("Unreachable");
        try (var expired = expired()) {
            assertThat(seen(at("localhost:" + expired.getLocalPort(), client(INGEST, PASSWORD, trusted))))
                    .contains("has expired");
        }
        assertThat(seen(client(INGEST, PASSWORD, directory.resolve("gone.pem"))))
                .contains("gone.pem", "is missing");
    }

    @Test
    @Order(4)
    void aServiceThatDoesNotTrustTheBrokerSaysSoInItsReadiness() throws Exception {
        try (var ingest = ingest(kafka.bootstrapServers(), PASSWORD, trustedByOthers)) {
            assertThat(readiness(ingest))
                    .contains("\"status\":\"DOWN\"", "of no authority that is trusted here")
                    .doesNotContain(PASSWORD, TOKEN);
        }
    }

    @Test
    @Order(5)
    void aConsumerThatKafkaRefusesSaysSoAndLives() throws Exception {
        try (var notifier = notifier("wrong")) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(readiness(notifier))
                            .contains("OUT_OF_SERVICE", "Kafka refuses our name or password")
                            .doesNotContain(DATABASE_PASSWORD));
            assertThat(health(notifier, "liveness")).contains("\"status\":\"UP\"");
        }
    }

    @Test
    @Order(6)
    @Tag("O9")
    void aSecretThatIsNotThereIsNamed() throws Exception {
        // an ingest with a spill is of use without Kafka, so it starts
        try (var ingest = ingest(kafka.bootstrapServers(), PASSWORD, directory.resolve("gone.pem"))) {
            assertThat(readiness(ingest)).contains("\"status\":\"DOWN\"", "gone.pem is missing");
        }
        assertThatThrownBy(() -> IngestApplication.create()
                        .run("--spring.config.import=configtree:" + directory.resolve("no-secrets") + "/"))
                .hasStackTraceContaining("no-secrets");
    }

    @Test
    @Order(7)
    @Tag("O9")
    void whatIsWrongOnTheWayToPostgresIsNamed() {
        assertThat(postgresSays("localhost", trusted, "verify-full")).isNull();
        assertThat(postgresSays("127.0.0.1", trusted, "verify-full")).contains("of another host");
        assertThat(postgresSays("localhost", trustedByOthers, "verify-full"))
                .contains("of no authority that is trusted here");
        assertThat(postgresSays("localhost", directory.resolve("gone.pem"), "verify-full"))
                .isNotNull();
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + postgres.port() + "/transcripts?sslmode=disable",
                        DatabaseRoles.ARCHIVER,
                        DATABASE_PASSWORD))
                .as("without TLS nobody comes in")
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no encryption");
    }

    // --- the services

    private static ConfigurableApplicationContext ingest(String bootstrapServers, String password, Path trust) {
        var settings = kafkaSettings(INGEST, password, trust);
        settings.put("spring.kafka.bootstrap-servers", bootstrapServers);
        settings.put("standalone.foreign-technologies", "jdbc,transaction,flyway,mail,thymeleaf,security");
        settings.put("server.port", "0");
        settings.put("management.server.port", "0");
        settings.put("transcripts.public-base-urls", StandaloneProcess.PUBLIC_BASE_URL);
        settings.put("transcripts.accounts.default.sid", ACCOUNT);
        settings.put("transcripts.accounts.default.auth-tokens", TOKEN);
        return run(IngestApplication.create(), settings);
    }

    private static ConfigurableApplicationContext archiver() {
        var settings = kafkaSettings(ARCHIVER, PASSWORD, trusted);
        postgresSettings(settings);
        settings.put("standalone.foreign-technologies", "mail,thymeleaf");
        settings.put("server.port", "0");
        settings.put("management.server.port", "0");
        settings.put("transcripts.console.username", "front-desk");
        settings.put("transcripts.console.password", PASSWORD);
        settings.put("transcripts.settling.quiet-window", "300ms");
        settings.put("transcripts.settling.deadline", "2s");
        settings.put("transcripts.handoff.email-to", StandaloneProcess.OPERATOR);
        return run(ArchiverApplication.application(), settings);
    }

    private static ConfigurableApplicationContext notifier(String password) {
        var settings = kafkaSettings(NOTIFIER, password, trusted);
        postgresSettings(settings);
        settings.put("standalone.foreign-technologies", "security,session");
        settings.put("server.port", "0");
        settings.put("transcripts.handoff.email-to", StandaloneProcess.OPERATOR);
        settings.put("transcripts.handoff.email-from", "transcripts@example.com");
        settings.put("transcripts.handoff.outbox-directory", outbox().toString());
        return run(NotifierApplication.builder().build(), settings);
    }

    private static ConfigurableApplicationContext run(SpringApplication application, Map<String, String> settings) {
        return application.run(settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new));
    }

    private static Map<String, String> kafkaSettings(String user, String password, Path trust) {
        var settings = new HashMap<String, String>();
        settings.put("spring.kafka.bootstrap-servers", kafka.bootstrapServers());
        settings.put("spring.kafka.security.protocol", "SASL_SSL");
        settings.put("spring.kafka.ssl.trust-store-type", "PEM");
        settings.put("spring.kafka.ssl.trust-store-location", trust.toUri().toString());
        settings.put("spring.kafka.properties.sasl.mechanism", "SCRAM-SHA-512");
        settings.put("spring.kafka.properties.sasl.jaas.config", jaas(user, password));
        settings.put("transcripts.topics.create", "false");
        return settings;
    }

    private static void postgresSettings(Map<String, String> settings) {
        settings.put("spring.datasource.url", jdbcUrl("localhost", trusted, "verify-full"));
        settings.put("spring.datasource.password", DATABASE_PASSWORD);
        settings.put("spring.flyway.password", DATABASE_PASSWORD);
    }

    private static Path outbox() {
        return directory.resolve("outbox");
    }

    private static boolean isEmpty(Path outbox) throws IOException {
        try (var files = Files.list(outbox)) {
            return files.findAny().isEmpty();
        }
    }

    private static String port(ConfigurableApplicationContext service, String name) {
        return service.getEnvironment().getRequiredProperty(name);
    }

    private static String readiness(ConfigurableApplicationContext service) throws Exception {
        return health(service, "readiness");
    }

    private static String health(ConfigurableApplicationContext service, String group) throws Exception {
        var environment = service.getEnvironment();
        var port = environment.getProperty("local.management.port", environment.getProperty("local.server.port", ""));
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health/" + group))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    // --- Kafka

    private static Map<String, Object> client(String user, String password, Path trust) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("security.protocol", "SASL_SSL");
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", trust.toString());
        settings.put("sasl.mechanism", "SCRAM-SHA-512");
        settings.put("sasl.jaas.config", jaas(user, password));
        return settings;
    }

    private static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    private static Map<String, Object> at(String bootstrapServers, Map<String, Object> client) {
        client.put("bootstrap.servers", bootstrapServers);
        return client;
    }

    private static String seen(Map<String, Object> client) {
        return new TopicProvisioner(
                        client,
                        new TopicProperties(false, 1, (short) 1, 1, Duration.ofDays(7), "producer"),
                        Set.of(Topics.EVENTS))
                .provision()
                .toString();
    }

    private static Set<String> topics() {
        return Set.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.QUARANTINE, Topics.READY);
    }

    private static Set<String> writable(String user) throws InterruptedException {
        var writable = new TreeSet<String>();
        var client = client(user, PASSWORD, trusted);
        client.put("max.block.ms", 10_000);
        client.put("enable.idempotence", false); // or a user without any right is refused before each topic is tried
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var topic : topics()) {
                try {
                    producer.send(new ProducerRecord<>(topic, new byte[] {'x'})).get();
                    writable.add(topic);
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
                }
            }
        }
        return writable;
    }

    /// Of topics that all hold a record in their first partition.
    private static Set<String> readable(String user) {
        var readable = new TreeSet<String>();
        for (var topic : topics()) {
            try (var consumer = consumer(user, null)) {
                var partition = List.of(new TopicPartition(topic, 0));
                consumer.assign(partition);
                consumer.seekToBeginning(partition);
                long until = System.nanoTime() + SOON.toNanos();
                while (consumer.poll(Duration.ofMillis(500)).isEmpty()) { // by one thread, as a consumer wants it
                    assertThat(System.nanoTime()).as("records or a refusal").isLessThan(until);
                }
                readable.add(topic);
            } catch (TopicAuthorizationException e) {
                assertThat(e.unauthorizedTopics()).containsExactly(topic);
            }
        }
        return readable;
    }

    private static void fillEveryTopic() throws Exception {
        try (var producer = new KafkaProducer<>(
                client(ADMINISTRATOR, PASSWORD, trusted), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var topic : topics()) {
                producer.send(new ProducerRecord<>(topic, 0, new byte[0], new byte[] {'x'}))
                        .get();
            }
        }
    }

    private static Set<String> groups(String user) {
        var groups = new TreeSet<String>();
        for (var group :
                List.of("transcripts-archiver", "transcripts-notifier", "transcripts-flow-attacher", "another")) {
            try (var consumer = consumer(user, group)) {
                consumer.committed(Set.of());
                consumer.groupMetadata();
                consumer.committed(Set.of(new TopicPartition(Topics.EVENTS, 0)), Duration.ofSeconds(10));
                groups.add(group);
            } catch (GroupAuthorizationException e) {
                assertThat(e.groupId()).isEqualTo(group);
            } catch (TopicAuthorizationException e) {
                groups.add(group); // the group answered, about a topic that this user does not see
            }
        }
        return groups;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String user, @Nullable String group) {
        var client = client(user, PASSWORD, trusted);
        if (group != null) {
            client.put("group.id", group);
        }
        return new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Speaks TLS with a certificate that ran out yesterday, and nothing else.
    private static SSLServerSocket expired() throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(
                TestCertificates.load(authority.expiredServer("expired", "dns:localhost")),
                TestCertificates.PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (var connection = server.accept()) {
                    connection.getInputStream().read();
                } catch (IOException e) {
                    // the client has seen the certificate and gone
                }
            }
        });
        return server;
    }

    // --- Postgres

    private static String jdbcUrl(String host, Path trust, String mode) {
        return "jdbc:postgresql://" + host + ":" + postgres.port() + "/transcripts?sslmode=" + mode + "&sslrootcert="
                + trust;
    }

    /// Null where the connection came about.
    private static @Nullable String postgresSays(String host, Path trust, String mode) {
        try {
            DriverManager.getConnection(jdbcUrl(host, trust, mode), DatabaseRoles.ARCHIVER, DATABASE_PASSWORD)
                    .close();
            return null;
        } catch (SQLException e) {
            return String.valueOf(TlsFailure.of(e));
        }
    }

    /// Of the services that are connected: whether it is by TLS.
    private static List<Boolean> connections() {
        return JdbcClient.create(postgres.superuser())
                .sql("""
                    SELECT s.ssl
                    FROM pg_stat_ssl s
                    JOIN pg_stat_activity a USING (pid)
                    WHERE a.usename LIKE 'transcripts\\_%'
                    """)
                .query(Boolean.class)
                .list();
    }
}
