package org.transcriptpipeline.archive;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.kafka.BatchConsumer;
import org.transcriptpipeline.kafka.EventRecords;

/// The archiver as it is deployed, on the module's broker and database, with topics that other tests also write to:
/// a test therefore uses conversations of its own.
public final class RunningArchiver implements AutoCloseable {

    public static final String USERNAME = "front-desk";
    public static final String PASSWORD = "a planted password of the console";

    /// Null once it is closed: test classes hold their archiver until the JVM ends, and each has models of 60 MB.
    private @Nullable ConfigurableApplicationContext context;
    private final KafkaProducer<String, byte[]> producer = TestBroker.producer();
    private final EventRecords records = new EventRecords(new EventCodec());

    private final JdbcTemplate database;

    public RunningArchiver(String... settings) {
        this(TestDatabase.DATABASE, settings);
    }

    private RunningArchiver(String databaseName, String... settings) {
        this.database = TestDatabase.superuser(databaseName);
        var arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--spring.kafka.bootstrap-servers=" + TestBroker.bootstrapServers(),
                "--spring.datasource.url=" + TestDatabase.jdbcUrl(databaseName),
                "--spring.datasource.password=" + TestDatabase.PASSWORD,
                "--spring.flyway.user=" + DatabaseRoles.MIGRATOR,
                "--spring.flyway.password=" + TestDatabase.PASSWORD,
                // an archiver that a test cuts off must not keep its partitions from the next one for long
                "--spring.kafka.consumer.properties.session.timeout.ms=6000",
                "--spring.kafka.consumer.properties.heartbeat.interval.ms=1500",
                "--transcripts.console.username=" + USERNAME,
                "--transcripts.console.password=" + PASSWORD,
                "--transcripts.settling.quiet-window=300ms",
                "--transcripts.settling.check-interval=100ms",
                "--logging.config=classpath:logback-test.xml"));
        arguments.addAll(List.of(settings));
        this.context = ArchiverApplication.application().run(arguments.toArray(String[]::new));
    }

    public void publish(List<? extends TranscriptEvent> events) {
        events.forEach(event -> producer.send(records.of(event)));
        producer.flush();
    }

    public void publish(TranscriptEvent... events) {
        publish(List.of(events));
    }

    public void publishRaw(ProducerRecord<String, byte[]> raw) {
        producer.send(raw);
        producer.flush();
    }

    public Status health() {
        return bean(BatchConsumer.class).health().getStatus();
    }

    /// On another database of the same server.
    public static RunningArchiver on(String databaseName, String... settings) {
        return new RunningArchiver(databaseName, settings);
    }

    public JdbcTemplate database() {
        return database;
    }

    /// Where it is reached.
    public String url() {
        return "http://127.0.0.1:" + running().getEnvironment().getRequiredProperty("local.server.port");
    }

    public String managementUrl() {
        return "http://127.0.0.1:" + running().getEnvironment().getRequiredProperty("local.management.port");
    }

    /// What the management port answers, whatever the status.
    public String managed(String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(managementUrl() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    public <T> T bean(Class<T> type) {
        return running().getBean(type);
    }

    @Override
    public void close() {
        producer.close();
        var closing = context;
        context = null;
        if (closing != null) {
            closing.close();
        }
    }

    private ConfigurableApplicationContext running() {
        return Objects.requireNonNull(context, "closed");
    }
}
