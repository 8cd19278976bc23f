package org.transcriptpipeline.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a message is to a sink that knows rows only: the columns of our table that a webhook fills without being
/// understood.
final class PlainColumns {

    static final String KEY = "message_sid";

    static final List<Column> ALL = List.of(
            text(KEY, "MessageSid"),
            text("conversation_sid", "ConversationSid"),
            text("account_sid", "AccountSid"),
            new Column(
                    "index", "\"type\":\"int64\",\"optional\":true", values -> Long.valueOf(required(values, "Index"))),
            text("author", "Author"),
            text("participant_sid", "ParticipantSid"),
            text("origin", "Source"),
            text("body", "Body"),
            text("attributes", "Attributes"),
            time("sent_at", "DateCreated"),
            time("first_received_at", "DateCreated"),
            new Column("is_stub", "\"type\":\"boolean\",\"optional\":false", _ -> false));

    private PlainColumns() {}

    /// @param schema its type, for Kafka Connect
    record Column(String name, String schema, Function<Map<String, String>, @Nullable Object> value) {

        @Nullable
        Object of(Map<String, String> parameters) {
            return value.apply(parameters);
        }
    }

    /// For Connect's JsonConverter, which then needs none in each record.
    static String schema() {
        return ALL.stream()
                .map(column -> "{\"field\":\"" + column.name() + "\"," + column.schema() + "}")
                .collect(Collectors.joining(",", "{\"type\":\"struct\",\"optional\":false,\"fields\":[", "]}"));
    }

    private static Column text(String name, String parameter) {
        return new Column(name, "\"type\":\"string\",\"optional\":true", values -> values.get(parameter));
    }

    private static Column time(String name, String parameter) {
        return new Column(
                name,
                "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.time.ZonedTimestamp\",\"version\":1",
                values -> values.get(parameter));
    }

    private static String required(Map<String, String> values, String parameter) {
        var value = values.get(parameter);
        if (value == null) {
            throw new IllegalStateException("no " + parameter);
        }
        return value;
    }
}
