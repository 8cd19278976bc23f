package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.notify.NotifierApplication;

/// One service as a process of its own, on [Servers]. Can be killed, frozen and started again.
final class ServiceProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /// What a service does not have on its own class path, which all share here; see `ForeignTechnologies`.
    static final String ALONE = "--standalone.foreign-technologies=";

    private final String name;
    private final String managementUrl;
    private final List<String> command = new ArrayList<>();
    private final Path log;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private @Nullable Process process;

    private ServiceProcess(
            String name,
            Class<?> application,
            List<String> jvmOptions,
            int managementPort,
            List<String> own,
            List<String> settings) {
        this.name = name;
        this.managementUrl = "http://127.0.0.1:" + managementPort;
        this.log = Path.of("target", "service-logs", name + ".log");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                WrongClock.class.getName(),
                application.getName()));
        command.addAll(own);
        command.addAll(settings);
        command.add("--logging.config=classpath:logback-test.xml");
    }

    /// @param jvmOptions heap and compiler
    static ServiceProcess archiver(String name, List<String> jvmOptions, List<String> settings) {
        int managementPort = FreePort.find();
        return new ServiceProcess(
                name,
                ArchiverApplication.class,
                jvmOptions,
                managementPort,
                List.of(
                        "--server.port=0",
                        "--management.server.port=" + managementPort,
                        ALONE + "mail,thymeleaf",
                        "--transcripts.console.username=pipeline-tests",
                        "--transcripts.console.password=" + Servers.PASSWORD),
                settings);
    }

    static ServiceProcess notifier(String name, List<String> jvmOptions, List<String> settings) {
        int managementPort = FreePort.find();
        return new ServiceProcess(
                name,
                NotifierApplication.class,
                jvmOptions,
                managementPort,
                List.of("--server.port=" + managementPort, ALONE + "security,session"),
                settings);
    }

    /// Its host's clock is wrong by so much, from the next start on.
    ServiceProcess withClockOff(Duration by) {
        command.add(1, "-D" + WrongClock.PROPERTY + "=" + by);
        return this;
    }

    /// Starts it and does not wait; what it prints is added to its log.
    void launch() throws IOException {
        Files.createDirectories(log.getParent());
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(v -> v.matches("(TWILIO|TRANSCRIPTS|SPRING|HANDOFF|STANDALONE)_.*"));
        process = builder.start();
    }

    void start() throws IOException {
        launch();
        awaitReady();
    }

    void awaitReady() {
        await(name + " is ready")
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    assertThat(isAlive()).as("%s lives, see %s", name, log).isTrue();
                    return ask("/actuator/health/readiness").startsWith("200");
                });
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /// What readiness answers, the status code first; "none" where nobody does.
    String readiness() throws InterruptedException {
        return ask("/actuator/health/readiness");
    }

    /// The sum over all its series; 0 where there is none, also where nobody answers.
    double metric(String series) throws InterruptedException {
        return Pattern.compile("(?m)^" + Pattern.quote(series) + "(?:\\{[^}]*})? ([0-9.E+-]+)$")
                .matcher(ask("/actuator/prometheus"))
                .results()
                .mapToDouble(sample -> Double.parseDouble(sample.group(1)))
                .sum();
    }

    /// Bytes that are alive after a full collection.
    long liveHeap() throws IOException, InterruptedException {
        var histogram = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(running().pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        var text = new String(histogram.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        var total = LIVE_BYTES.matcher(text);
        if (!total.find()) {
            throw new IOException("jcmd did not tell the heap of " + name);
        }
        return Long.parseLong(total.group(1));
    }

    /// `kill -9`, and gone.
    void kill() throws InterruptedException {
        running().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    void freeze() throws IOException, InterruptedException {
        Signals.freeze(Stream.of(running().toHandle()));
    }

    void thaw() throws IOException, InterruptedException {
        Signals.thaw(Stream.of(running().toHandle()));
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " is not started");
        }
        return process;
    }

    private String ask(String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(managementUrl + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException _) {
            return "none";
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
