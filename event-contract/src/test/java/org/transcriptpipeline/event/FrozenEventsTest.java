package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.event.EventCodec.Readable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The files in `events/v1` are what is out there in Kafka. Where one of these tests fails, the code has changed the
/// contract: a field may be added to a file, nothing in it may be renamed or removed.
class FrozenEventsTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final EventCodec codec = new EventCodec();

    static Stream<String> types() {
        return SampleEvents.byType().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void anEventIsWrittenAsItsFrozenFileShows(String type) {
        var written = codec.encode(SampleEvents.byType().get(type));

        assertThat(new String(written, java.nio.charset.StandardCharsets.UTF_8)).isEqualTo(compact(frozen(type)));
    }

    @ParameterizedTest
    @MethodSource("types")
    @Tag("O2")
    void aFrozenFileIsReadAsItsEvent(String type) {
        assertThat(codec.decode(frozen(type)))
                .usingRecursiveComparison()
                .isEqualTo(new Readable<>(SampleEvents.byType().get(type)));
    }

    @ParameterizedTest
    @MethodSource("types")
    void withoutItsBodyAnEventIsReadTheSameAndIsWrittenWithIt(String type) {
        var bodiless = EventCodec.withoutBodies();
        var event = SampleEvents.byType().get(type);

        assertThat(bodiless.decode(frozen(type)))
                .usingRecursiveComparison()
                .ignoringFields("value.source.body")
                .isEqualTo(new Readable<>(event));
        assertThat(bodiless.decode(frozen(type)))
                .isInstanceOfSatisfying(
                        Readable.class,
                        read -> assertThat(((TranscriptEvent) read.value())
                                        .source()
                                        .body())
                                .isEmpty());
        assertThat(bodiless.encode(event)).isEqualTo(codec.encode(event));
    }

    @Test
    void aReadyTranscriptIsWrittenAsItsFrozenFileShowsAndReadBack() {
        var frozen = frozen("transcript.ready");

        assertThat(new String(codec.encode(SampleEvents.ready()), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(compact(frozen));
        assertThat(codec.decodeReady(frozen)).isEqualTo(new Readable<>(SampleEvents.ready()));
    }

    @ParameterizedTest
    @MethodSource("types")
    @Tag("O2")
    void fieldsOfALaterMinorVersionAreIgnored(String type) {
        var tree = (ObjectNode) JSON.readTree(frozen(type));
        addSomethingNewEverywhere(tree);

        assertThat(codec.decode(JSON.writeValueAsBytes(tree)))
                .usingRecursiveComparison()
                .ignoringFields("value.answers") // a map, where every name is a value
                .isEqualTo(new Readable<>(SampleEvents.byType().get(type)));
    }

    @Test
    void everyTypeHasAFrozenFileAndNoFileIsLeftOver() throws IOException {
        var types = new TreeSet<>(SampleEvents.byType().keySet());
        types.add("transcript.ready");

        try (var files = Files.list(Path.of("src/test/resources/events/v1"))) {
            assertThat(files.map(f -> f.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(types);
        }
    }

    @Test
    void everyPermittedEventHasASample() {
        assertThat(SampleEvents.all().map(Object::getClass))
                .containsExactlyInAnyOrderElementsOf(
                        Records.permittedBy(TranscriptEvent.class).toList());
    }

    @Test
    void everyFieldIsFilledInTheSamples() {
        var empty = new ArrayList<String>();
        SampleEvents.all().forEach(event -> collectEmpty(event, event.getClass().getSimpleName(), empty));
        collectEmpty(SampleEvents.ready(), "TranscriptReady", empty);

        assertThat(empty).as("a field that no frozen file shows is not frozen").isEmpty();
    }

    static byte[] frozen(String type) {
        try (var file = FrozenEventsTest.class.getResourceAsStream("/events/v1/" + type + ".json")) {
            assertThat(file).as("events/v1/%s.json", type).isNotNull();
            return file.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String compact(byte[] json) {
        return JSON.readTree(json).toString();
    }

    private static void addSomethingNewEverywhere(ObjectNode node) {
        node.properties().forEach(property -> {
            if (property.getValue() instanceof ObjectNode object) {
                addSomethingNewEverywhere(object);
            } else if (property.getValue() instanceof ArrayNode array) {
                array.forEach(element -> {
                    if (element instanceof ObjectNode object) {
                        addSomethingNewEverywhere(object);
                    }
                });
            }
        });
        node.put("somethingNew", 1);
        node.putObject("somethingNewAndDeep").putArray("list").add(true);
    }

    private static void collectEmpty(Object value, String path, List<String> empty) {
        switch (value) {
            case null -> empty.add(path);
            case Record part ->
                Records.components(part)
                        .forEach((name, component) -> collectEmpty(component, path + "." + name, empty));
            case List<?> list -> {
                if (list.isEmpty()) {
                    empty.add(path);
                }
                list.forEach(element -> collectEmpty(element, path + "[]", empty));
            }
            case Map<?, ?> map when map.isEmpty() -> empty.add(path);
            case byte[] bytes when bytes.length == 0 -> empty.add(path);
            default -> {}
        }
    }
}
