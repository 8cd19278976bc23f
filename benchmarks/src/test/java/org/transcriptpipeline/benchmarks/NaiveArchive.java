package org.transcriptpipeline.benchmarks;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What one writes first: a consumer that upserts record by record. Replay does no harm, and each row is safe before
/// the next one is looked at.
final class NaiveArchive {

    private NaiveArchive() {}

    /// @param arguments bootstrap servers, consumer group, JDBC URL, table, and how many records to take
    public static void main(String[] arguments) throws SQLException {
        int left = Integer.parseInt(arguments[4]);
        var json = JsonMapper.builder().build();
        try (var consumer = new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                arguments[0],
                                "group.id",
                                arguments[1],
                                "auto.offset.reset",
                                "earliest",
                                "enable.auto.commit",
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
                var connection = DriverManager.getConnection(arguments[2]);
                var upsert = connection.prepareStatement(upsert(arguments[3]))) {
            consumer.subscribe(List.of(Backlog.PLAIN_TOPIC));
            while (left > 0) {
                for (var one : consumer.poll(Duration.ofMillis(500))) {
                    if (left == 0) {
                        break;
                    }
                    JsonNode row = json.readTree(one.value());
                    for (int i = 0; i < PlainColumns.ALL.size(); i++) {
                        var value = row.get(PlainColumns.ALL.get(i).name());
                        upsert.setString(i + 1, value == null || value.isNull() ? null : value.asString());
                    }
                    upsert.executeUpdate();
                    left--;
                }
                consumer.commitSync();
            }
        }
    }

    private static String upsert(String table) {
        var names = PlainColumns.ALL.stream().map(PlainColumns.Column::name).toList();
        return "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES ("
                + names.stream().map(NaiveArchive::placeholder).collect(Collectors.joining(", "))
                + ") ON CONFLICT (" + PlainColumns.KEY + ") DO UPDATE SET "
                + names.stream()
                        .filter(name -> !name.equals(PlainColumns.KEY))
                        .map(name -> name + " = excluded." + name)
                        .collect(Collectors.joining(", "));
    }

    private static String placeholder(String name) {
        return switch (name) {
            case "index" -> "?::bigint";
            case "sent_at", "first_received_at" -> "?::timestamptz";
            case "is_stub" -> "?::boolean";
            default -> "?";
        };
    }
}
