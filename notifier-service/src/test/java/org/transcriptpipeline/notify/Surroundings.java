package org.transcriptpipeline.notify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.databind.json.JsonMapper;

/// A real broker and a real database around the notifier, started once for all tests of the module; and what the
/// archiver would do.
public final class Surroundings {

    private static final String PASSWORD = "it's \"a\" secret";
    private static final Surroundings INSTANCE = new Surroundings();

    private final EmbeddedPostgresServer postgres;
    private final EmbeddedKafkaBroker kafka;
    private final KafkaProducer<String, byte[]> producer;
    private final EventRecords records = new EventRecords(new EventCodec());

    private Surroundings() {
        try {
            var directory = Files.createTempDirectory("notifier-tests");
            postgres = EmbeddedPostgresServer.start(directory.resolve("postgres"), 0);
            kafka = EmbeddedKafkaBroker.start(directory.resolve("kafka"), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(directory)));
            DatabaseRoles.create(
                    postgres.superuser(), Map.of(DatabaseRoles.NOTIFIER, PASSWORD, DatabaseRoles.MIGRATOR, PASSWORD));
            Migrations.settings(Flyway.configure())
                    .dataSource(as(DatabaseRoles.MIGRATOR))
                    .load()
                    .migrate();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    public static Surroundings get() {
        return INSTANCE;
    }

    private void stop(Path directory) {
        producer.close();
        kafka.close();
        postgres.close();
        try (var files = Files.walk(directory)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(f -> f.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int databasePort() {
        return postgres.port();
    }

    public PGSimpleDataSource as(String role) {
        var source = new PGSimpleDataSource();
        source.setURL(postgres.jdbcUrl());
        source.setUser(role);
        source.setPassword(PASSWORD);
        return source;
    }

    /// As superuser.
    public JdbcClient sql() {
        return JdbcClient.create(postgres.superuser());
    }

    /// Starts a notifier as production would, with short waits.
    public ConfigurableApplicationContext notifier(String... settings) {
        return notifierAt(postgres.port(), settings);
    }

    public ConfigurableApplicationContext notifierAt(int databasePort, String... settings) {
        return NotifierApplication.builder()
                .run(settings(databasePort, settings).toArray(String[]::new));
    }

    /// The arguments of a notifier here; what is given replaces what is usual.
    public List<String> settings(int databasePort, String... settings) {
        var all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + databasePort + "/"
                        + EmbeddedPostgresServer.DATABASE,
                "--spring.datasource.password=" + PASSWORD,
                "--spring.flyway.password=" + PASSWORD,
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                // one that a test cuts off while it joins must not keep the others waiting for long
                "--spring.kafka.consumer.properties.session.timeout.ms=6000",
                "--spring.kafka.consumer.properties.heartbeat.interval.ms=1500",
                "--spring.main.banner-mode=off",
                "--transcripts.handoff.email-from=Transcripts <pipeline@hotline.example>",
                "--transcripts.handoff.delivery.poll-interval=100ms",
                "--transcripts.handoff.delivery.heartbeat=400ms",
                "--transcripts.handoff.delivery.first-pause=500ms"));
        for (var setting : settings) { // the same name twice would be a list
            var name = setting.substring(0, setting.indexOf('=') + 1);
            all.removeIf(s -> s.startsWith(name));
            all.add(setting);
        }
        return all;
    }

    /// What the archiver does: keeps the snapshot, then says that it is ready.
    public TranscriptReady keep(TranscriptSnapshot snapshot) {
        return keep(snapshot, Instant.now());
    }

    public TranscriptReady keep(TranscriptSnapshot snapshot, Instant readyAt) {
        var content = new SnapshotCodec().encode(snapshot);
        sql().sql("""
                        INSERT INTO store.handoff_snapshots
                            (handoff_id, version, account_sid, conversation_sid, content, content_sha256, verdict,
                             message_count, failed_count, missing_count, created_at, kind, follows_version, channel,
                             our_address, answers)
                        VALUES (:handoffId, :version, :accountSid, :conversationSid, :content, :hash, 'unverified',
                            :messages, :failed, 0, now(), :kind, :follows, :channel, :ourAddress, :answers::jsonb)
                        """)
                .param("kind", snapshot.kind())
                .param("follows", snapshot.followsVersion())
                .param("channel", snapshot.conversation().channel())
                .param("ourAddress", snapshot.conversation().ourAddress())
                .param("answers", JsonMapper.builder().build().writeValueAsString(snapshot.answers()))
                .param("handoffId", snapshot.handoffId())
                .param("version", snapshot.version())
                .param("accountSid", snapshot.accountSid())
                .param("conversationSid", snapshot.conversationSid())
                .param("content", content)
                .param("hash", SnapshotCodec.sha256(content))
                .param("messages", snapshot.messageCount())
                .param("failed", snapshot.failedCount())
                .update();
        return ready(snapshot, readyAt);
    }

    public TranscriptReady ready(TranscriptSnapshot snapshot, Instant readyAt) {
        return ready(snapshot, readyAt, 0, 0);
    }

    public TranscriptReady ready(TranscriptSnapshot snapshot, Instant readyAt, int newMessages, int newFailures) {
        return new TranscriptReady(
                snapshot.handoffId(),
                snapshot.version(),
                snapshot.accountSid(),
                snapshot.conversationSid(),
                snapshot.executionSid(),
                snapshot.flowSid(),
                snapshot.trigger(),
                snapshot.reason(),
                snapshot.verdict().verdict(),
                snapshot.verdict().reason(),
                snapshot.messageCount(),
                snapshot.failedCount(),
                snapshot.missingCount(),
                SnapshotCodec.sha256(new SnapshotCodec().encode(snapshot)),
                snapshot.requestedAt(),
                readyAt.truncatedTo(ChronoUnit.MILLIS),
                snapshot.kind(),
                snapshot.followsVersion(),
                newMessages,
                newFailures);
    }

    public void announce(TranscriptReady ready) {
        send(records.of(ready));
    }

    public void announceBytes(byte[] value) {
        send(new ProducerRecord<>(Topics.READY, "CH", value));
    }

    private void send(ProducerRecord<String, byte[]> sent) {
        try {
            producer.send(sent).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The deliveries of a handoff as the notifier's rows tell them, by destination.
    public List<Map<String, Object>> deliveries(String handoffId) {
        return sql().sql("SELECT * FROM handoff.deliveries WHERE handoff_id = :id ORDER BY destination")
                .param("id", handoffId)
                .query()
                .listOfRows();
    }

    public List<String> statuses(String handoffId) {
        return deliveries(handoffId).stream().map(d -> (String) d.get("status")).toList();
    }

    public List<Map<String, Object>> attempts(String handoffId) {
        return sql().sql("SELECT * FROM handoff.attempts WHERE handoff_id = :id ORDER BY destination, attempt")
                .param("id", handoffId)
                .query()
                .listOfRows();
    }

    public long jobs(String handoffId) {
        return sql().sql("SELECT count(*) FROM handoff.scheduled_tasks WHERE task_instance LIKE :id || ':%'")
                .param("id", handoffId)
                .query(Long.class)
                .single();
    }

    public JdbcTemplate notifierRole() {
        return new JdbcTemplate(as(DatabaseRoles.NOTIFIER));
    }
}
