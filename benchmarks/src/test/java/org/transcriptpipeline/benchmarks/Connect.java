package org.transcriptpipeline.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.transcriptpipeline.embedded.FreePort;
import tools.jackson.databind.json.JsonMapper;

/// Kafka Connect with Debezium's JDBC sink, in a process of its own that stays: it is as warm as everybody else.
final class Connect implements AutoCloseable {

    private static final Path TARGET = Path.of("peers", "debezium", "target");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Measured process;
    private final URI connectors;

    private Connect(Measured process, int port) {
        this.process = process;
        this.connectors = URI.create("http://127.0.0.1:" + port + "/connectors/");
    }

    static boolean isInstalled() {
        return Files.isDirectory(TARGET.resolve("connect"));
    }

    static Connect start(Path directory, String bootstrapServers) throws IOException, InterruptedException {
        int port = FreePort.find();
        var worker = Files.createDirectories(directory).resolve("worker.properties");
        Files.writeString(worker, """
                bootstrap.servers=%s
                key.converter=org.apache.kafka.connect.storage.StringConverter
                value.converter=org.apache.kafka.connect.json.JsonConverter
                offset.storage.file.filename=%s
                plugin.path=%s
                listeners=http://127.0.0.1:%d
                connector.client.config.override.policy=All
                """.formatted(
                        bootstrapServers,
                        directory.resolve("offsets").toAbsolutePath(),
                        TARGET.resolve("plugins").toAbsolutePath(),
                        port));
        var process = Measured.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        TARGET.resolve("connect").toAbsolutePath() + "/*",
                        "org.apache.kafka.connect.cli.ConnectStandalone",
                        worker.toString()),
                Map.of(),
                Processes.log("connect"));
        process.awaitPort(port);
        return new Connect(process, port);
    }

    Measured process() {
        return process;
    }

    /// A sink from the topic's beginning into a table.
    void open(String name, String jdbcUrl, String table, int tasks, Map<String, String> settings)
            throws IOException, InterruptedException {
        var all = new LinkedHashMap<>(Map.of(
                "connector.class",
                "io.debezium.connector.jdbc.JdbcSinkConnector",
                "topics",
                Backlog.PLAIN_TOPIC,
                "tasks.max",
                Integer.toString(tasks),
                "connection.url",
                jdbcUrl,
                "connection.username",
                "postgres",
                "connection.password",
                "none",
                "insert.mode",
                "upsert",
                "primary.key.mode",
                "record_value",
                "primary.key.fields",
                PlainColumns.KEY,
                "collection.name.format",
                table));
        all.put("schema.evolution", "none");
        all.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        all.put("value.converter.schemas.enable", "true");
        all.put("value.converter.schema.content", PlainColumns.schema());
        all.putAll(settings);
        send(
                HttpRequest.newBuilder(connectors.resolve(name + "/config"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(
                                JsonMapper.builder().build().writeValueAsString(all))),
                201);
    }

    void close(String name) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(connectors.resolve(name)).DELETE(), 204);
    }

    /// @throws IllegalStateException where a task has failed
    void assertRunning(String name) throws IOException, InterruptedException {
        var status = http.send(
                HttpRequest.newBuilder(connectors.resolve(name + "/status"))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (status.body().contains("FAILED")) {
            throw new IllegalStateException("Connect: " + status.body());
        }
    }

    private void send(HttpRequest.Builder request, int expected) throws IOException, InterruptedException {
        var answer = http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IllegalStateException("Connect: " + answer.statusCode() + " " + answer.body());
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
