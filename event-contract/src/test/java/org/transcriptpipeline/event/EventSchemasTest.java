package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.event.EventCodec.Decoded;
import org.transcriptpipeline.event.EventCodec.Readable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The published schemas and the code say the same: about what is written, and about what a reader must find.
class EventSchemasTest {

    private static final Path SCHEMAS = Path.of("..", "docs", "schemas");
    private static final String SUFFIX = ".schema.json";
    private static final String BASE = "https://schemas.invalid/";
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemas(EventSchemasTest::schemaText)
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()));

    private final EventCodec codec = new EventCodec();

    static Stream<String> types() {
        return Stream.concat(SampleEvents.byType().keySet().stream(), Stream.of(TranscriptReady.TYPE));
    }

    @ParameterizedTest
    @MethodSource("types")
    void aFrozenFileKeepsToItsSchema(String type) {
        assertThat(errors(type, FrozenEventsTest.frozen(type))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatIsWrittenKeepsToItsSchema(String type) {
        var written = type.equals(TranscriptReady.TYPE)
                ? codec.encode(SampleEvents.ready())
                : codec.encode(SampleEvents.byType().get(type));

        assertThat(errors(type, written)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aSchemaRefusesTheRecordsOfOtherTypes(String type) {
        var other = type.equals("message.added") ? "message.updated" : "message.added";

        assertThat(errors(type, FrozenEventsTest.frozen(other))).isNotEmpty();
    }

    /// Field by field, on every level: without it the schema is content exactly when the reader is.
    @ParameterizedTest
    @MethodSource("types")
    void aSchemaRequiresWhatTheReaderRequires(String type) {
        var record = JSON.readTree(FrozenEventsTest.frozen(type));
        var fields = fieldsOf(record, "");
        assertThat(fields).contains("/type", "/version");

        for (var field : fields) {
            var without = without(record, field);

            assertThat(errors(type, without).isEmpty())
                    .as("%s without %s is valid", type, field)
                    .isEqualTo(decode(type, without) instanceof Readable);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aSchemaDescribesEveryFieldThatIsWritten(String type) {
        var record = JSON.readTree(FrozenEventsTest.frozen(type));
        var schema = JSON.readTree(schemaText(BASE + type + SUFFIX));

        assertThat(undescribed(record, schema, "")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aSchemaNamesNoFieldThatIsNeverWritten(String type) {
        var record = JSON.readTree(FrozenEventsTest.frozen(type));
        var schema = JSON.readTree(schemaText(BASE + type + SUFFIX));

        assertThat(neverWritten(record, schema, "")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void fieldsOfALaterVersionAreAllowed(String type) {
        var record = (ObjectNode) JSON.readTree(FrozenEventsTest.frozen(type));
        record.put("somethingNew", 1);
        if (record.get("source") instanceof ObjectNode source) {
            source.put("somethingNew", 1);
        }

        assertThat(errors(type, JSON.writeValueAsBytes(record))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aWrongTimeIsRefused(String type) {
        var record = (ObjectNode) JSON.readTree(FrozenEventsTest.frozen(type));
        if (record.get("source") instanceof ObjectNode source) {
            source.put("receivedAt", "yesterday");
        } else {
            record.put("readyAt", "yesterday");
        }

        assertThat(errors(type, JSON.writeValueAsBytes(record))).isNotEmpty();
    }

    @Test
    void everyTypeHasASchemaAndEverySchemaATypeThatIsWritten() throws IOException {
        try (var files = Files.list(SCHEMAS)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(types(), Stream.of("common"))
                            .map(type -> type + SUFFIX)
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aSchemaIsAValidSchema(String type) {
        var metaSchema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

        assertThat(metaSchema.validate(schemaText(BASE + type + SUFFIX), InputFormat.JSON))
                .isEmpty();
        assertThat(metaSchema.validate(schemaText(BASE + "common" + SUFFIX), InputFormat.JSON))
                .isEmpty();
    }

    private Decoded<?> decode(String type, byte[] value) {
        return type.equals(TranscriptReady.TYPE) ? codec.decodeReady(value) : codec.decode(value);
    }

    private static List<Error> errors(String type, byte[] value) {
        Schema schema = REGISTRY.getSchema(SchemaLocation.of(BASE + type + SUFFIX));
        return schema.validate(new String(value, StandardCharsets.UTF_8), InputFormat.JSON);
    }

    private static String schemaText(String iri) {
        if (!iri.startsWith(BASE)) {
            return null;
        }
        try {
            return Files.readString(SCHEMAS.resolve(iri.substring(BASE.length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Pointers to every field of an object in here. What a flow collected are values, not fields.
    private static List<String> fieldsOf(JsonNode node, String path) {
        var fields = new ArrayList<String>();
        if (path.equals("/answers")) {
            return fields;
        }
        if (node.isObject()) {
            node.properties().forEach(property -> {
                var pointer = path + "/" + property.getKey();
                fields.add(pointer);
                fields.addAll(fieldsOf(property.getValue(), pointer));
            });
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            fields.addAll(fieldsOf(node.get(i), path + "/" + i));
        }
        return fields;
    }

    private static byte[] without(JsonNode root, String pointer) {
        var copy = root.deepCopy();
        int lastSlash = pointer.lastIndexOf('/');
        ((ObjectNode) copy.at(pointer.substring(0, lastSlash))).remove(pointer.substring(lastSlash + 1));
        return JSON.writeValueAsBytes(copy);
    }

    private static List<String> undescribed(JsonNode value, JsonNode givenSchema, String path) {
        var schema = resolved(givenSchema);
        var missing = new ArrayList<String>();
        if (value.isObject() && !path.equals("/answers")) {
            value.properties().forEach(property -> {
                var pointer = path + "/" + property.getKey();
                var described = schema.path("properties").path(property.getKey());
                if (described.isMissingNode()) {
                    missing.add(pointer);
                } else {
                    missing.addAll(undescribed(property.getValue(), described, pointer));
                }
            });
        }
        if (value.isArray()) {
            value.forEach(element -> missing.addAll(undescribed(element, schema.path("items"), path + "/*")));
        }
        return missing;
    }

    private static List<String> neverWritten(JsonNode value, JsonNode givenSchema, String path) {
        var schema = resolved(givenSchema);
        var unwritten = new ArrayList<String>();
        schema.path("properties").properties().forEach(property -> {
            var pointer = path + "/" + property.getKey();
            var written = value.path(property.getKey());
            if (written.isMissingNode()) {
                unwritten.add(pointer);
            } else {
                unwritten.addAll(neverWritten(written, property.getValue(), pointer));
            }
        });
        if (schema.has("items")) {
            unwritten.addAll(neverWritten(value.path(0), schema.get("items"), path + "/*"));
        }
        return unwritten;
    }

    private static JsonNode resolved(JsonNode schema) {
        var reference = schema.path("$ref").asString("");
        if (reference.isEmpty()) {
            return schema;
        }
        var pointer = reference.substring(reference.indexOf('#') + 1);
        return JSON.readTree(schemaText(BASE + "common" + SUFFIX)).at(pointer);
    }
}
