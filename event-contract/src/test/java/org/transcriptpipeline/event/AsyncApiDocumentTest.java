package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class AsyncApiDocumentTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final YAMLMapper YAML = new YAMLMapper();

    private final JsonNode document =
            YAML.readTree(DOCS.resolve("asyncapi.yaml").toFile());

    @Test
    void everyReferenceLeadsSomewhere() {
        var references = references(document);

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(target(reference).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void theTopicsAreOurs() {
        assertThat(document.path("channels")
                        .valueStream()
                        .map(c -> c.path("address").asString()))
                .containsExactlyInAnyOrder(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.READY, Topics.QUARANTINE);
    }

    @Test
    void everyEventIsAMessageOfItsTopic() {
        Map<String, Set<String>> expected = new HashMap<>();
        SampleEvents.all()
                .forEach(event -> expected.computeIfAbsent(Topics.of(event), _ -> new TreeSet<>())
                        .add("transcripts." + EventCodec.typeOf(event) + ".v1"));
        // a status callback that is not understood stays on its topic
        expected.get(Topics.DELIVERY_STATUSES).add("transcripts.unknown.v1");
        expected.put(Topics.READY, Set.of("transcripts.transcript.ready.v1"));
        expected.put(Topics.QUARANTINE, Set.of());

        var documented = document.path("channels")
                .valueStream()
                .collect(Collectors.toMap(c -> c.path("address").asString(), this::messageNames));

        assertThat(documented).isEqualTo(expected);
    }

    @Test
    void aMessageHasTheSchemaOfItsName() {
        assertThat(document.at("/components/messages").valueStream()).allSatisfy(message -> {
            var type = message.path("name").asString().replaceAll("^transcripts\\.|\\.v1$", "");
            assertThat(message.at("/payload/schema/$ref").asString()).isEqualTo("schemas/" + type + ".schema.json");
        });
    }

    @Test
    void theHeadersAreThoseThatAreWritten() {
        var headers = document.at("/components/messageTraits/cloudEvent/headers");
        var written = EventCodec.headers(SampleEvents.messageAdded()).keySet();

        assertThat(headers.path("properties").propertyNames()).containsExactlyInAnyOrderElementsOf(written);
        assertThat(headers.path("required").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrderElementsOf(written);
    }

    private Set<String> messageNames(JsonNode channel) {
        return channel.path("messages")
                .valueStream()
                .map(m -> target(m.path("$ref").asString()).path("name").asString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> references(JsonNode node) {
        var references = new ArrayList<String>();
        node.properties().forEach(property -> {
            if (property.getKey().equals("$ref")) {
                references.add(property.getValue().asString());
            }
        });
        node.valueStream().forEach(child -> references.addAll(references(child)));
        return references;
    }

    private JsonNode target(String reference) {
        int hash = reference.indexOf('#');
        var file = hash < 0 ? reference : reference.substring(0, hash);
        var pointer = hash < 0 ? "" : reference.substring(hash + 1);
        if (file.isEmpty()) {
            return document.at(pointer);
        }
        var path = DOCS.resolve(file);
        assertThat(Files.isRegularFile(path)).as("%s exists", path).isTrue();
        return YAML.readTree(path.toFile()).at(pointer); // JSON is YAML
    }
}
