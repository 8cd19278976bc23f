package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What `docs/topics.md` shows is what is written.
class TopicsDocumentTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern EXAMPLE = Pattern.compile("#### `(.+?)`\n.*?```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void everyExampleIsTheRecordThatIsWritten() throws IOException {
        var examples = EXAMPLE.matcher(text()).results().toList();

        assertThat(examples).allSatisfy(example -> {
            var frozen = JSON.readTree(FrozenEventsTest.frozen(example.group(1)));
            assertThat(withSource(JSON.readTree(example.group(2)), frozen)).isEqualTo(frozen);
        });
    }

    @Test
    void everyTypeIsShown() throws IOException {
        List<String> shown = EXAMPLE.matcher(text())
                .results()
                .map(example -> example.group(1))
                .toList();

        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(SampleEvents.byType().keySet().stream(), Stream.of(TranscriptReady.TYPE))
                                .toList());
    }

    @Test
    void everyTopicAndEveryHeaderIsNamed() throws IOException {
        assertThat(text())
                .contains(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.READY, Topics.QUARANTINE)
                .contains(EventCodec.headers(SampleEvents.ready()).keySet());
    }

    @Test
    void everyKindOfSourceIsNamed() throws IOException {
        assertThat(text())
                .contains(Stream.of(SourceKind.values())
                        .map(kind -> "`" + kind.wireName() + "`")
                        .toList());
    }

    @Test
    void everyLinkToAFileLeadsSomewhere() throws IOException {
        assertThat(LINK.matcher(text()).results().map(link -> link.group(1)))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(DOCS.resolve(link)).exists());
    }

    /// The examples leave the source out; it is the same in all of them.
    private static JsonNode withSource(JsonNode example, JsonNode frozen) {
        if (example instanceof ObjectNode shown && shown.path("source").isEmpty() && shown.has("source")) {
            shown.set("source", frozen.get("source"));
        }
        return example;
    }

    private static String text() throws IOException {
        return Files.readString(DOCS.resolve("topics.md"));
    }
}
