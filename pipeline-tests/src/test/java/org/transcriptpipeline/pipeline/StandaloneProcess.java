package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import org.transcriptpipeline.standalone.StandaloneApplication;

/// Standalone as a user has it: a JVM with an environment, on free ports and a data directory of its own. Can be
/// killed and started again. Its logs are read when it is closed: nothing of a person may be in them.
final class StandaloneProcess implements AutoCloseable {

    static final String PUBLIC_BASE_URL = "https://hooks.example.com/twilio";
    static final String OPERATOR = "operator@example.com";
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final List<String> PORTS = List.of(
            "INGEST_PORT",
            "INGEST_MANAGEMENT_PORT",
            "ARCHIVER_PORT",
            "ARCHIVER_MANAGEMENT_PORT",
            "NOTIFIER_MANAGEMENT_PORT",
            "KAFKA_PORT",
            "POSTGRES_PORT");

    private final Path dataDirectory;
    private final String name;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Path> logs = new ArrayList<>();
    private final String accountSid = Sids.account("pipeline-tests");
    private final String authToken = Sids.of("", "token", System.nanoTime());
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private int compilers = 1; // it lives for a minute: the second compiler would not pay for itself
    private @Nullable Process process;

    /// With a Twilio account and one operator.
    static StandaloneProcess withAccount(Path dataDirectory, String name) {
        var standalone = new StandaloneProcess(dataDirectory, name);
        standalone.environment.putAll(Map.of(
                "TWILIO_ACCOUNT_SID",
                standalone.accountSid,
                "TWILIO_AUTH_TOKEN",
                standalone.authToken,
                "PUBLIC_BASE_URL",
                PUBLIC_BASE_URL,
                // nobody but a stand-in is ever asked, see restStandIn
                "TRANSCRIPTS_ACCOUNTS_DEFAULT_ATTWILIO",
                "false",
                "HANDOFF_EMAIL_TO",
                OPERATOR,
                "HANDOFF_EMAIL_FROM",
                "transcripts@example.com"));
        return standalone;
    }

    /// Without anything, as a newcomer starts it.
    static StandaloneProcess withNothing(Path dataDirectory, String name) {
        return new StandaloneProcess(dataDirectory, name);
    }

    private StandaloneProcess(Path dataDirectory, String name) {
        this.dataDirectory = dataDirectory;
        this.name = name;
        environment.put("STANDALONE_DATA_DIRECTORY", dataDirectory.toString());
        for (var port : PORTS) {
            environment.put(port, Integer.toString(FreePort.find()));
        }
    }

    /// Starts it and waits until every service says that it is ready.
    void start() throws IOException {
        launch();
        await("all services ready")
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    assertThat(isAlive())
                            .as("standalone lives, see %s", logs.getLast())
                            .isTrue();
                    return isReady("INGEST_MANAGEMENT_PORT")
                            && isReady("ARCHIVER_MANAGEMENT_PORT")
                            && isReady("NOTIFIER_MANAGEMENT_PORT");
                });
    }

    /// Compiled as in production, for measurements.
    void compileWhole() {
        compilers = 4;
    }

    /// Starts it and does not wait.
    Process launch() throws IOException {
        var log = Files.createDirectories(Path.of("target", "standalone-logs"))
                .resolve(name + "-" + (logs.size() + 1) + ".log");
        logs.add(log);
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx768m",
                        "-XX:TieredStopAtLevel=" + compilers,
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StandaloneApplication.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.matches("(TWILIO|TRANSCRIPTS|SPRING|HANDOFF|STANDALONE)_.*"));
        builder.environment().putAll(environment);
        process = builder.start();
        return process;
    }

    /// What `kill -9` of the JVM leaves: a Postgres without its parent.
    void killJvm() {
        awaitEnd(running().destroyForcibly());
    }

    /// What a power cut leaves: files.
    void killEverything() throws IOException {
        var postmaster = ProcessHandle.of(Long.parseLong(
                        Files.readAllLines(postmasterFile()).getFirst().strip()))
                .orElseThrow();
        var all = Stream.concat(Stream.of(running().toHandle(), postmaster), postmaster.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit()
                .orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join());
    }

    /// SIGTERM, as Ctrl-C and an init system do it.
    void stop() {
        running().destroy();
        awaitEnd(running());
    }

    /// None where the outbox is not there yet.
    List<Path> mails() throws IOException {
        var outbox = dataDirectory.resolve("outbox");
        if (!Files.isDirectory(outbox)) {
            return List.of();
        }
        try (var files = Files.list(outbox)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .sorted()
                    .toList();
        }
    }

    /// Holds that there is one mail, for longer than a second one could take: while nothing is under way to it, a
    /// trigger that was read last would settle (5 s), be seen (half a second) and be sent (another half).
    void awaitNoSecondMail() {
        await("nothing is under way")
                .atMost(Duration.ofSeconds(30))
                .until(() -> database().sql("""
                    SELECT (SELECT count(*) FROM store.handoffs WHERE status = 'settling')
                        + (SELECT count(*) FROM store.handoff_snapshots WHERE published_at IS NULL)
                        + (SELECT count(*) FROM handoff.scheduled_tasks)
                    """).query(Long.class).single().equals(0L));
        await("one mail")
                .during(Duration.ofSeconds(7))
                .atMost(Duration.ofSeconds(10))
                .until(() -> mails().size() == 1);
    }

    Path postmasterFile() {
        return dataDirectory.resolve("postgres").resolve("postmaster.pid");
    }

    String log() throws IOException {
        return Files.readString(logs.getLast());
    }

    JdbcClient database() {
        return JdbcClient.create(jdbc());
    }

    /// Signed in as an analyst is, with the password that standalone gives that role.
    JdbcClient analyst() {
        var source = new DriverManagerDataSource(
                "jdbc:postgresql://127.0.0.1:" + environment.get("POSTGRES_PORT") + "/transcripts",
                "transcripts_analyst",
                "analyst");
        return JdbcClient.create(source);
    }

    JdbcTemplate jdbc() {
        return Servers.database(Integer.parseInt(environment.get("POSTGRES_PORT")));
    }

    TwilioSimulator twilio() {
        return new TwilioSimulator(
                URI.create("http://127.0.0.1:" + environment.get("INGEST_PORT")),
                PUBLIC_BASE_URL,
                accountSid,
                authToken);
    }

    /// From the next start on.
    void with(String variable, String value) {
        environment.put(variable, value);
    }

    /// Twilio's API over this world; asked instead of Twilio from the next start on.
    RestStandIn restStandIn(TwilioWorld world) {
        var standIn = new RestStandIn(world, authToken);
        environment.put("TRANSCRIPTS_ACCOUNTS_DEFAULT_ATTWILIO", "true");
        environment.put("TWILIO_API_BASE_URL", standIn.baseUrl().toString());
        environment.put("TRANSCRIPTS_TWILIO_REQUESTSPERSECOND", "1000");
        environment.put("TRANSCRIPTS_STORE_ANNOUNCINGAUTHORS", "bot");
        return standIn;
    }

    /// Makes ingest's own port the public address, and says what `bin/transcripts` has to know of this process. Before
    /// the start.
    Map<String, String> toolEnvironment() {
        environment.put("PUBLIC_BASE_URL", "http://127.0.0.1:" + environment.get("INGEST_PORT"));
        var tool = new LinkedHashMap<>(environment);
        tool.put(
                "SPRING_DATASOURCE_URL",
                "jdbc:postgresql://127.0.0.1:" + environment.get("POSTGRES_PORT") + "/transcripts");
        tool.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + environment.get("KAFKA_PORT"));
        return tool;
    }

    String archiverMetrics() {
        return "http://127.0.0.1:" + environment.get("ARCHIVER_MANAGEMENT_PORT") + "/actuator/prometheus";
    }

    /// API and pages.
    String archiverUrl() {
        return "http://127.0.0.1:" + environment.get("ARCHIVER_PORT");
    }

    String accountSid() {
        return accountSid;
    }

    /// A second one that wants the same data.
    StandaloneProcess rival() {
        return new StandaloneProcess(dataDirectory, name + "-rival");
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public void close() throws IOException {
        if (process != null && process.isAlive()) {
            keepAnswers();
            stop();
        }
        http.shutdownNow();
        var leaks = new Leaks(authToken);
        for (var log : logs) {
            assertThat(leaks.in(log)).as("tokens, texts and numbers in %s", log).isEmpty();
        }
    }

    /// What it says when it is asked is searched like what it logs.
    private void keepAnswers() throws IOException {
        var answers = new Answers().threads(running().pid());
        try {
            answers.management(port("INGEST_MANAGEMENT_PORT"))
                    .management(port("ARCHIVER_MANAGEMENT_PORT"))
                    .management(port("NOTIFIER_MANAGEMENT_PORT"))
                    .errorPages(port("INGEST_PORT"))
                    .errorPages(port("ARCHIVER_PORT"));
        } catch (ConnectException e) {
            return; // it had not come up
        }
        logs.add(answers.writeTo(Path.of("target", "standalone-logs", name + "-answers.log")));
        assertThat(answers.hold("\njvm_memory_used_bytes{")).as("metrics").isTrue();
        assertThat(answers.hold("\"status\":\"UP\"")).as("health").isTrue();
        assertThat(answers.hold("HTTP/1.1 400")).as("error pages").isTrue();
    }

    private int port(String variable) {
        return Integer.parseInt(environment.getOrDefault(variable, "0"));
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    private boolean isReady(String port) throws InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + environment.get(port) + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                            .statusCode()
                    == 200;
        } catch (IOException _) {
            return false; // not up yet
        }
    }

    private static void awaitEnd(Process process) {
        process.onExit().orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
