package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.ingest.IngestApplication;
import org.transcriptpipeline.notify.NotifierApplication;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;

/// The three services as they are deployed: a process each, on a broker and a database that outlive them.
final class ServiceProcesses implements AutoCloseable {

    enum Service {
        INGEST(IngestApplication.class, "INGEST_MANAGEMENT_PORT", "jdbc,transaction,flyway,mail,thymeleaf,security"),
        ARCHIVER(ArchiverApplication.class, "ARCHIVER_MANAGEMENT_PORT", "mail,thymeleaf"),
        NOTIFIER(NotifierApplication.class, "NOTIFIER_MANAGEMENT_PORT", "security,session");

        private final Class<?> main;
        private final String managementPort;
        private final String foreign;

        /// @param foreign what the class path of the tests has and the service has not
        Service(Class<?> main, String managementPort, String foreign) {
            this.main = main;
            this.managementPort = managementPort;
            this.foreign = foreign;
        }
    }

    private static final String PUBLIC_BASE_URL = "https://hooks.example.com/twilio";
    private static final String PASSWORD = "of-the-roles-0815";
    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final EmbeddedKafkaBroker kafka;
    private final EmbeddedPostgresServer postgres;
    private final Path outbox;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<Service, Process> processes = new EnumMap<>(Service.class);
    private final Map<Service, Path> logs = new EnumMap<>(Service.class);
    private final String accountSid = Sids.account("service-processes");
    private final String authToken = Sids.of("", "token", System.nanoTime());
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    ServiceProcesses(Path directory, Map<String, String> settings) throws IOException, SQLException {
        kafka = EmbeddedKafkaBroker.start(directory.resolve("kafka"), 0);
        postgres = EmbeddedPostgresServer.start(directory.resolve("postgres"), 0);
        outbox = directory.resolve("outbox");
        DatabaseRoles.create(
                postgres.superuser(),
                Map.of(
                        DatabaseRoles.MIGRATOR, PASSWORD,
                        DatabaseRoles.ARCHIVER, PASSWORD,
                        DatabaseRoles.NOTIFIER, PASSWORD));
        for (var port : List.of("INGEST_PORT", "ARCHIVER_PORT")) {
            environment.put(port, Integer.toString(FreePort.find()));
        }
        for (var service : Service.values()) {
            environment.put(service.managementPort, Integer.toString(FreePort.find()));
        }
        environment.putAll(Map.of(
                "SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                "SPRING_DATASOURCE_URL", postgres.jdbcUrl(),
                "SPRING_DATASOURCE_PASSWORD", PASSWORD,
                "SPRING_FLYWAY_PASSWORD", PASSWORD,
                "PUBLIC_BASE_URL", PUBLIC_BASE_URL,
                "TWILIO_ACCOUNT_SID", accountSid,
                "TWILIO_AUTH_TOKEN", authToken,
                "TRANSCRIPTS_ACCOUNTS_DEFAULT_ATTWILIO", "false"));
        environment.putAll(Map.of(
                "CONSOLE_USERNAME",
                "operator",
                "CONSOLE_PASSWORD",
                PASSWORD,
                "HANDOFF_EMAIL_TO",
                StandaloneProcess.OPERATOR,
                "HANDOFF_EMAIL_FROM",
                "transcripts@example.com",
                "TRANSCRIPTS_HANDOFF_OUTBOXDIRECTORY",
                outbox.toString()));
        environment.putAll(settings);
    }

    void start(Service service) throws IOException {
        var log = Files.createDirectories(Path.of("target", "service-logs"))
                .resolve(service.name().toLowerCase(java.util.Locale.ROOT) + ".log");
        if (logs.put(service, log) == null) {
            Files.deleteIfExists(log); // of an earlier run
        }
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dstandalone.foreign-technologies=" + service.foreign,
                        "-cp",
                        classPath(),
                        service.main.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.matches("(TWILIO|TRANSCRIPTS|SPRING|HANDOFF|STANDALONE|OTEL)_.*"));
        builder.environment().putAll(environment);
        processes.put(service, builder.start());
    }

    /// Without the tests' own files, which hold a configuration of Logback, and the tool, which silences all logs.
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !entry.endsWith("test-classes") && !entry.matches(".*[/\\\\]cli[/\\\\]target[/\\\\].*"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    void awaitReady(Service service) {
        await(service + " is ready")
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    assertThat(process(service).isAlive())
                            .as("see %s", logs.get(service))
                            .isTrue();
                    return readiness(service) == 200;
                });
    }

    /// The status of its readiness; -1: nobody answers.
    int readiness(Service service) throws InterruptedException {
        try {
            return get(service, "health/readiness").statusCode();
        } catch (IOException e) {
            return -1;
        }
    }

    String prometheus(Service service) throws IOException, InterruptedException {
        return get(service, "prometheus").body();
    }

    private HttpResponse<String> get(Service service, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + environment.get(service.managementPort) + "/actuator/" + path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// SIGTERM, and no wait for the end.
    void terminate(Service service) {
        process(service).destroy();
    }

    void awaitEnd(Service service) throws InterruptedException {
        assertThat(process(service).waitFor(60, TimeUnit.SECONDS))
                .as("%s ends", service)
                .isTrue();
    }

    private Process process(Service service) {
        var process = processes.get(service);
        if (process == null) {
            throw new IllegalStateException(service + " was not started");
        }
        return process;
    }

    TwilioSimulator twilio() {
        return new TwilioSimulator(
                URI.create("http://127.0.0.1:" + environment.get("INGEST_PORT")),
                PUBLIC_BASE_URL,
                accountSid,
                authToken);
    }

    String accountSid() {
        return accountSid;
    }

    String authToken() {
        return authToken;
    }

    Map<Service, Path> logs() {
        return new HashMap<>(logs);
    }

    long mails() throws IOException {
        if (!Files.isDirectory(outbox)) {
            return 0;
        }
        try (var files = Files.list(outbox)) {
            return files.filter(file -> file.toString().endsWith(".eml")).count();
        }
    }

    JdbcClient database() {
        return JdbcClient.create(postgres.superuser());
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroy);
        for (var process : processes.values()) {
            if (process.onExit()
                    .completeOnTimeout(process, 30, TimeUnit.SECONDS)
                    .join()
                    .isAlive()) {
                process.destroyForcibly();
            }
        }
        http.shutdownNow();
        kafka.close();
        postgres.close();
    }
}
