package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;

/// The containers of `docker-compose.yml`, built and started as the README has it, under a project name, volumes and
/// ports of their own. Needs a container engine and the `docker` command; see [#engineAnswers()].
final class ComposeStack implements AutoCloseable {

    static final String PUBLIC_BASE_URL = "https://hooks.example.com/twilio";
    static final String OPERATOR = "operator@example.com";
    static final List<String> OF_OURS = List.of("ingest", "archiver", "notifier");
    static final List<String> LONG_RUNNING = List.of("ingest", "archiver", "notifier", "kafka", "postgres", "mail");

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(12);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(3);
    private static final Duration HEALTHY_LIMIT = Duration.ofMinutes(3);

    private final String project;
    private final Path directory;
    private final Path environmentFile;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final String accountSid = Sids.account("containers");
    private final String authToken = Sids.of("", "token", System.nanoTime());
    private final String consolePassword = Sids.of("", "console", System.nanoTime());

    /// @param directory for the `.env` of this project, its logs and its dumps
    ComposeStack(String name, Path directory) throws IOException {
        this.project = "transcripts-" + name;
        this.directory = directory;
        this.environmentFile = directory.resolve(".env");
        environment.putAll(Map.of(
                "TWILIO_ACCOUNT_SID", accountSid,
                "TWILIO_AUTH_TOKEN", authToken,
                "CONSOLE_PASSWORD", consolePassword,
                "PUBLIC_BASE_URL", PUBLIC_BASE_URL,
                "HANDOFF_EMAIL_TO", OPERATOR,
                "HANDOFF_EMAIL_FROM", "transcripts@example.com",
                // those of this build: compiling again in a container tells nothing new about the stack
                "JARS", "given",
                // a broker that starts on half of this machine makes every outage twice as long
                "SERVICE_CPUS", Runtime.getRuntime().availableProcessors() + ".0"));
        for (var port : List.of("INGEST_PORT", "ARCHIVER_PORT", "MAIL_IMAP_PORT", "MAIL_WEB_PORT")) {
            environment.put(port, Integer.toString(FreePort.find()));
        }
        writeEnvironment();
    }

    /// Whether there is an engine to run containers, and compose to ask for them.
    static boolean engineAnswers() {
        return succeeds("docker", "info") && succeeds("docker", "compose", "version");
    }

    /// Builds the images and starts everything; returns when every container says that it is healthy. What a test that
    /// was cut off has left would be found: a database with other passwords.
    void up() throws Exception {
        compose("down", "--volumes", "--timeout", "0");
        compose(BUILD_LIMIT, "up", "--build", "--detach");
        awaitHealthy();
    }

    void build() throws Exception {
        compose(BUILD_LIMIT, "build");
    }

    /// What an operator types after a failure: starts what is not running.
    void upAgain() throws Exception {
        compose(COMMAND_LIMIT, "up", "--detach");
        awaitHealthy();
    }

    /// Returns when every container says that it is healthy.
    void awaitHealthy() {
        try {
            await("healthy containers")
                    .atMost(HEALTHY_LIMIT)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(LONG_RUNNING)
                            .allSatisfy(service -> assertThat(healthOf(service)).isEqualTo("healthy")));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    LONG_RUNNING.stream().map(this::said).collect(Collectors.joining("\n", e.getMessage() + "\n", "")),
                    e);
        }
    }

    private String healthOf(String service) throws Exception {
        return inspect(service, "{{.State.Health.Status}}");
    }

    /// Why a container is not healthy: what became of its process, the last looks at it, and what it logged.
    private String said(String service) {
        try {
            var health = healthOf(service);
            return health.equals("healthy")
                    ? service + ": healthy"
                    : "%s: %s%n%s%n%s"
                            .formatted(
                                    service,
                                    health,
                                    inspect(service, """
                            {{.State.Status}}, exit code {{.State.ExitCode}}, out of memory {{.State.OOMKilled}}, \
                            started again {{.RestartCount}} times
                            {{range .State.Health.Log}}{{.Output}}
                            {{end}}"""),
                                    compose("logs", "--no-color", "--tail", "80", service));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return service + ": interrupted";
        } catch (Exception e) {
            return service + ": nothing can be said, " + e.getMessage();
        }
    }

    /// From the next command on.
    void with(String variable, String value) throws IOException {
        environment.put(variable, value);
        writeEnvironment();
    }

    void kill(String service) throws Exception {
        compose(COMMAND_LIMIT, "kill", service);
    }

    String compose(String... arguments) throws Exception {
        return compose(COMMAND_LIMIT, arguments);
    }

    /// A command in a container.
    ///
    /// @return what it printed; a failure is an error
    String exec(String service, String... command) throws Exception {
        return compose(COMMAND_LIMIT, concat(List.of("exec", "-T", service), command));
    }

    /// Standard input and output of a command in a container are files: dumps.
    void exec(Path input, Path output, String service, String... command) throws Exception {
        run(
                commandLine(concat(List.of("exec", "-T", service), command)),
                ProcessBuilder.Redirect.from(input.toFile()),
                output,
                COMMAND_LIMIT);
    }

    /// Starts a service whose directory of secrets is not there, and waits for its end. An AOT cache that does not fit
    /// is an error here; elsewhere it makes a slow start, which nobody would notice.
    ///
    /// @return what it said
    String startWithoutSecrets(String service) throws Exception {
        var command = List.of(
                "docker",
                "run",
                "--rm",
                "--read-only",
                "--tmpfs=/tmp:exec",
                "--network=none",
                "--env=SPRING_CONFIG_IMPORT=configtree:/run/secrets/",
                "--env=JDK_JAVA_OPTIONS=-XX:AOTMode=on",
                "transcripts/" + service + "-service");
        var output = Files.createTempFile(directory, "docker", ".out");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        return Files.readString(output);
    }

    /// @param format a Go template
    String inspect(String service, String format) throws Exception {
        return run(List.of("docker", "inspect", "--format", format, project + "-" + service + "-1"))
                .strip();
    }

    /// All rows, the columns of each separated by `|`.
    List<String> query(String sql) throws Exception {
        return exec("postgres", "psql", "-U", "postgres", "-d", "transcripts", "-AtXc", sql)
                .lines()
                .toList();
    }

    TwilioSimulator twilio() {
        return new TwilioSimulator(
                URI.create("http://127.0.0.1:" + environment.get("INGEST_PORT")),
                PUBLIC_BASE_URL,
                accountSid,
                authToken);
    }

    int imapPort() {
        return Integer.parseInt(environment.getOrDefault("MAIL_IMAP_PORT", ""));
    }

    String accountSid() {
        return accountSid;
    }

    /// What only the containers that use it may know.
    List<String> secrets() {
        return List.of(authToken, consolePassword);
    }

    String volume(String name) {
        return project + "_" + name;
    }

    Path directory() {
        return directory;
    }

    /// Keeps the logs, and takes everything away, volumes included.
    @Override
    public void close() throws Exception {
        var log = Files.createDirectories(Path.of("target", "standalone-logs")).resolve(project + ".log");
        run(commandLine(List.of("logs", "--no-color")), ProcessBuilder.Redirect.INHERIT, log, COMMAND_LIMIT);
        compose(COMMAND_LIMIT, "down", "--volumes", "--timeout", "20");
        assertThat(new Leaks(authToken).in(log))
                .as("tokens, texts and numbers in %s", log)
                .isEmpty();
    }

    private void writeEnvironment() throws IOException {
        Files.writeString(
                environmentFile,
                Files.readString(ROOT.resolve(".env.example"))
                        + environment.entrySet().stream()
                                .map(e -> e.getKey() + "=" + e.getValue())
                                .collect(Collectors.joining("\n", "\n", "\n")));
    }

    private String compose(Duration limit, String... arguments) throws Exception {
        return compose(limit, List.of(arguments));
    }

    private String compose(Duration limit, List<String> arguments) throws Exception {
        var output = Files.createTempFile(directory, "compose", ".out");
        run(commandLine(arguments), ProcessBuilder.Redirect.from(new File("/dev/null")), output, limit);
        return Files.readString(output);
    }

    private List<String> commandLine(List<String> arguments) {
        var command = new ArrayList<>(List.of(
                "docker",
                "compose",
                "--progress",
                "plain",
                "--project-name",
                project,
                "--env-file",
                environmentFile.toString(),
                "--project-directory",
                ROOT.toString(),
                "--file",
                ROOT.resolve("docker-compose.yml").toString(),
                "--file",
                Path.of("src", "test", "resources", "compose.test.yml")
                        .toAbsolutePath()
                        .toString()));
        command.addAll(arguments);
        return command;
    }

    private String run(List<String> command) throws Exception {
        var output = Files.createTempFile(directory, "docker", ".out");
        run(command, ProcessBuilder.Redirect.from(new File("/dev/null")), output, COMMAND_LIMIT);
        return Files.readString(output);
    }

    private void run(List<String> command, ProcessBuilder.Redirect input, Path output, Duration limit)
            throws Exception {
        var errors = Files.createTempFile(directory, "docker", ".err");
        var builder = new ProcessBuilder(command)
                .redirectInput(input)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        // what the tests' own shell has set must not get into a container
        builder.environment().keySet().removeIf(v -> v.matches("(TWILIO|TRANSCRIPTS|SPRING|HANDOFF|CONSOLE)_.*"));
        var process = builder.start();
        try {
            assertThat(process.waitFor(limit.toSeconds(), TimeUnit.SECONDS))
                    .as("%s ends within %s", command, limit)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as("%s%n%s%n%s", command, lastLines(output), lastLines(errors))
                .isZero();
    }

    private static String lastLines(Path file) throws IOException {
        var lines = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    private static List<String> concat(List<String> first, String... rest) {
        var all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all;
    }

    private static boolean succeeds(String... command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false; // no such command
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
