package org.transcriptpipeline.standalone;

import static org.transcriptpipeline.standalone.StandaloneSettings.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// The pipeline in this process: Postgres and Kafka, then archiver (which applies the migrations), notifier, and
/// ingest last, so that the first webhook that is acknowledged finds everybody at home. Stops in the opposite order.
final class Standalone implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Standalone.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(6);
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final String DEFAULT_ANALYST_PASSWORD = "analyst";

    private final StandaloneSettings settings;
    private final Services services;
    private final Running running = new Running(STOP_LIMIT);
    private final Map<String, String> passwords = new HashMap<>();

    Standalone(StandaloneSettings settings, Services services) {
        this.settings = settings;
        this.services = services;
    }

    /// Returns when everything is up and ready.
    ///
    /// @throws StandaloneException when it cannot start, with what to do; what was started goes on until [#close]
    void start() {
        long start = System.nanoTime();
        var directory = DataDirectory.open(settings.dataDirectory());
        running.started("data directory", directory);
        stopOrphan(directory); // it may hold the very port that is checked next
        Ports.requireFree(settings.ports());

        var console = ConsoleAccess.of(settings, directory);
        var demo = settings.demo() ? Demo.of(settings, directory) : null;
        startServers(directory);
        var common = new HashMap<String, Object>();
        common.put("logging.config", "classpath:" + StandaloneApplication.LOGGING);
        common.put("spring.kafka.bootstrap-servers", "127.0.0.1:" + settings.port(KAFKA_PORT));
        common.put("spring.lifecycle.timeout-per-shutdown-phase", "3s");
        // After a kill the partitions still belong to the dead consumers, for 45 s by Kafka's default. Here nobody
        // else could have them, and whoever starts again wants to see what came in.
        common.put("spring.kafka.consumer.properties.session.timeout.ms", "10000");
        settings.ports().forEach((name, port) -> common.put(name, port.toString()));

        start(services.archiver(), common, archiver(directory, console));
        start(services.notifier(), common, notifier(directory, console));
        start(services.ingest(), common, ingest(directory, demo));
        awaitReady(services.archiver(), ARCHIVER_MANAGEMENT_PORT);
        awaitReady(services.notifier(), NOTIFIER_MANAGEMENT_PORT);
        awaitReady(services.ingest(), INGEST_MANAGEMENT_PORT);
        log.atInfo()
                .addKeyValue(
                        "seconds", Duration.ofNanos(System.nanoTime() - start).toSeconds())
                .log("All services are up");

        var welcome = new Welcome(settings, directory, console);
        if (demo == null) {
            welcome.print(System.out, null);
        } else {
            running.started("demo", demo.playInBackground(welcome));
        }
    }

    @Override
    public void close() {
        running.close();
    }

    private void startServers(DataDirectory directory) {
        var kafka = CompletableFuture.supplyAsync(
                () -> EmbeddedKafkaBroker.start(directory.kafka(), settings.port(KAFKA_PORT)),
                task -> Thread.ofPlatform().name("start Kafka").start(task));
        try {
            var postgres = EmbeddedPostgresServer.start(directory.postgres(), settings.port(POSTGRES_PORT));
            running.started("Postgres", postgres);
            createRoles(postgres);
        } finally {
            try {
                running.started("Kafka", kafka.join());
            } catch (CompletionException e) {
                throw new StandaloneException("Kafka does not start on " + directory.kafka() + ": " + e.getCause());
            }
        }
    }

    private void createRoles(EmbeddedPostgresServer postgres) {
        passwords.put(DatabaseRoles.MIGRATOR, secret());
        passwords.put(DatabaseRoles.ARCHIVER, secret());
        passwords.put(DatabaseRoles.NOTIFIER, secret());
        passwords.put(
                DatabaseRoles.ANALYST,
                settings.analystPassword() == null ? DEFAULT_ANALYST_PASSWORD : settings.analystPassword());
        try {
            DatabaseRoles.create(postgres.superuser(), passwords);
        } catch (SQLException e) {
            throw new StandaloneException("The roles cannot be made in Postgres, SQLSTATE " + e.getSQLState());
        }
    }

    private void start(Service service, Map<String, Object> common, Map<String, Object> own) {
        var properties = new HashMap<>(common);
        properties.putAll(own);
        running.started(service.name(), service.start(properties));
    }

    private void awaitReady(Service service, String managementPort) {
        try {
            if (!Readiness.await(settings.port(managementPort), READY_LIMIT)) {
                // It may still become ready, and says itself what it lacks; stopping the others would help nobody.
                log.atWarn()
                        .addKeyValue("service", service.name())
                        .addKeyValue("health", "http://127.0.0.1:" + settings.port(managementPort) + "/actuator/health")
                        .log("Not ready yet, its health says why");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StandaloneException("Interrupted while starting.");
        }
    }

    private Map<String, Object> archiver(DataDirectory directory, ConsoleAccess console) {
        var properties = database(DatabaseRoles.ARCHIVER);
        properties.putAll(handoff(console));
        properties.put("CONSOLE_USERNAME", console.username());
        properties.put("CONSOLE_PASSWORD", console.password());
        properties.put("transcripts.media.directory", media(directory));
        properties.put("PUBLIC_BASE_URL", settings.publicBaseUrls());
        properties.put("INGEST_MANAGEMENT_URLS", "http://127.0.0.1:" + settings.port(INGEST_MANAGEMENT_PORT));
        properties.put("server.port", settings.port(ARCHIVER_PORT));
        properties.put("management.server.port", settings.port(ARCHIVER_MANAGEMENT_PORT));
        return properties;
    }

    /// What archiver and notifier have to know alike: who is told, and what makes a link genuine.
    private Map<String, Object> handoff(ConsoleAccess console) {
        var properties = new HashMap<String, Object>();
        properties.put("CONSOLE_BASE_URL", console.baseUrl());
        properties.put("HANDOFF_LINK_SECRET", console.linkSecret());
        if (settings.demo()) {
            properties.put("HANDOFF_EMAIL_TO", Demo.operator(settings));
            properties.put("HANDOFF_EMAIL_FROM", Demo.sender(settings));
        }
        return properties;
    }

    private Map<String, Object> notifier(DataDirectory directory, ConsoleAccess console) {
        var properties = database(DatabaseRoles.NOTIFIER);
        properties.putAll(handoff(console));
        properties.put("server.port", settings.port(NOTIFIER_MANAGEMENT_PORT)); // it serves nothing else
        properties.put("transcripts.media.directory", media(directory));
        if (settings.mailsGoToFiles()) {
            properties.put(
                    "transcripts.handoff.outbox-directory", directory.outbox().toString());
        }
        return properties;
    }

    private String media(DataDirectory directory) {
        var named = settings.mediaDirectory();
        return named == null ? directory.media().toString() : named;
    }

    private Map<String, Object> ingest(DataDirectory directory, @Nullable Demo demo) {
        var properties = new HashMap<String, Object>();
        var spill = settings.spillDirectory();
        properties.put(
                "transcripts.spill.directory", spill == null ? directory.spill().toString() : spill);
        properties.put("transcripts.spill.stop-patience", "2s"); // Kafka stops right after it
        properties.put("server.port", settings.port(INGEST_PORT));
        properties.put("management.server.port", settings.port(INGEST_MANAGEMENT_PORT));
        properties.put("PUBLIC_BASE_URL", settings.publicBaseUrls());
        if (demo != null) {
            properties.put("transcripts.accounts.demo.sid", demo.accountSid());
            properties.put("transcripts.accounts.demo.auth-tokens[0]", demo.authToken());
            properties.put("transcripts.accounts.demo.at-twilio", false); // no flow for it, whatever is configured
        }
        return properties;
    }

    private Map<String, Object> database(String role) {
        var properties = new HashMap<String, Object>();
        properties.put(
                "spring.datasource.url",
                "jdbc:postgresql://127.0.0.1:" + settings.port(POSTGRES_PORT) + "/" + EmbeddedPostgresServer.DATABASE);
        properties.put("spring.datasource.username", role);
        properties.put("spring.datasource.password", password(role));
        properties.put("spring.flyway.user", DatabaseRoles.MIGRATOR);
        properties.put("spring.flyway.password", password(DatabaseRoles.MIGRATOR));
        return properties;
    }

    private String password(String role) {
        var password = passwords.get(role);
        if (password == null) {
            throw new IllegalStateException("no password for " + role);
        }
        return password;
    }

    private static void stopOrphan(DataDirectory directory) {
        try {
            EmbeddedPostgresServer.stopOrphan(directory.postgres());
        } catch (IOException e) {
            throw new UncheckedIOException("The Postgres of an earlier run does not stop", e);
        }
    }

    /// For this run only: the next one sets another.
    static String secret() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
