package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.event.EventCodec.Decoded;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.EventCodec.Unreadable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Tag("A3")
class UnreadableRecordsTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final EventCodec codec = new EventCodec();

    @Test
    void anEmptyValueIsEmpty() {
        assertThat(codec.decode(new byte[0])).isEqualTo(new Unreadable<>("empty"));
        assertThat(codec.decodeReady(new byte[0])).isEqualTo(new Unreadable<>("empty"));
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void whatIsNoJsonObjectIsNotJson(String what, byte[] value) {
        assertThat(codec.decode(value)).as(what).isEqualTo(new Unreadable<>("not_json"));
        assertThat(codec.decodeReady(value)).as(what).isEqualTo(new Unreadable<>("not_json"));
    }

    static Stream<Arguments> notJson() {
        return Stream.of(
                notJson("words", "hello"),
                notJson("a form", "EventType=onMessageAdded"),
                notJson("blanks", " \n"),
                notJson("a NUL", "\0"),
                notJson("a number", "42"),
                notJson("null", "null"),
                notJson("a top-level array", "[{}]"),
                notJson("an object cut short", "{\"type\":\"message.added\""),
                notJson("two objects", "{}{}"),
                notJson("an array 100 000 deep", "[".repeat(100_000) + "]".repeat(100_000)),
                notJson("an object 100 000 deep", "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)),
                notJson("an open array 1 000 000 deep", "[".repeat(1_000_000)),
                notJson("a number of 100 000 digits", "{\"version\":" + "9".repeat(100_000) + "}"),
                Arguments.of("broken UTF-8", new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xc3, '"', '}'}));
    }

    private static Arguments notJson(String what, String value) {
        return Arguments.of(what, value.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2147483648", "4294967297", "9223372036854775808", "100000000000000000000"})
    @Tag("A17")
    void aVersionAboveOursIsLeftToALaterReader(String version) {
        var value = "{\"type\":\"message.sung\",\"version\":" + version + "}";

        assertThat(codec.decode(bytes(value))).isEqualTo(new Unreadable<>("version"));
        assertThat(codec.decodeReady(bytes(value))).isEqualTo(new Unreadable<>("version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "1e400", "\"2\"", "null", "[1]", "{}", "true"})
    void aVersionThatIsNoneIsIncomplete(String version) {
        var event = (ObjectNode) JSON.readTree(FrozenEventsTest.frozen("message.added"));
        event.set("version", JSON.readTree(version));

        assertThat(codec.decode(JSON.writeValueAsBytes(event))).isEqualTo(new Unreadable<>("incomplete"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"message.sung\"", "\"MESSAGE.ADDED\"", "\"\"", "null", "7", "{}", "\"transcript.ready\""})
    void anUnknownTypeIsNamed(String type) {
        var value = bytes("{\"type\":" + type + ",\"version\":1}");

        assertThat(codec.decode(value)).isEqualTo(new Unreadable<>("type"));
    }

    @Test
    void anEventIsNoReadyTranscriptAndTheOtherWayRound() {
        assertThat(codec.decodeReady(FrozenEventsTest.frozen("message.added"))).isEqualTo(new Unreadable<>("type"));
        assertThat(codec.decode(FrozenEventsTest.frozen("transcript.ready"))).isEqualTo(new Unreadable<>("type"));
        assertThat(codec.decode(bytes("{\"version\":1}"))).isEqualTo(new Unreadable<>("type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "null"})
    void aHandoffWithoutAVersionIsIncomplete(String handoffVersion) {
        var ready = (ObjectNode) JSON.readTree(FrozenEventsTest.frozen("transcript.ready"));
        ready.set("handoffVersion", JSON.readTree(handoffVersion));

        assertThat(codec.decodeReady(JSON.writeValueAsBytes(ready))).isEqualTo(new Unreadable<>("incomplete"));
    }

    /// Every value of every frozen file is replaced by every odd one, by turns.
    @ParameterizedTest
    @MethodSource("org.transcriptpipeline.event.FrozenEventsTest#types")
    void noOddValueMakesTheReaderThrow(String type) {
        for (var odd : oddValues()) {
            for (var variant : replacedOneByOne(JSON.readTree(FrozenEventsTest.frozen(type)), odd)) {
                var bytes = JSON.writeValueAsBytes(variant);
                assertThatCode(() -> mustBeDecided(codec.decode(bytes)))
                        .as("%s", variant)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void noOddValueMakesTheReaderOfReadyTranscriptsThrow() {
        for (var odd : oddValues()) {
            for (var variant : replacedOneByOne(JSON.readTree(FrozenEventsTest.frozen("transcript.ready")), odd)) {
                var bytes = JSON.writeValueAsBytes(variant);
                assertThatCode(() -> mustBeDecided(codec.decodeReady(bytes)))
                        .as("%s", variant)
                        .doesNotThrowAnyException();
            }
        }
    }

    private static void mustBeDecided(Decoded<?> decoded) {
        switch (decoded) {
            case Readable<?>(var value) -> assertThat(value).isNotNull();
            case Unreadable<?>(var reason) -> assertThat(reason).isIn("version", "type", "incomplete");
        }
    }

    private static List<JsonNode> oddValues() {
        var nodes = JsonNodeFactory.instance;
        var deep = nodes.arrayNode();
        var innermost = deep;
        for (int depth = 0; depth < 300; depth++) {
            innermost = innermost.addArray();
        }
        return List.of(
                nodes.nullNode(),
                nodes.booleanNode(true),
                nodes.numberNode(-1),
                nodes.numberNode(0.5),
                nodes.numberNode(Long.MAX_VALUE),
                nodes.numberNode(BigInteger.TEN.pow(500)),
                nodes.numberNode(Double.MAX_VALUE),
                nodes.stringNode(""),
                nodes.stringNode("\0"),
                nodes.stringNode("+1000000000-12-31T23:59:59Z"),
                nodes.stringNode("a".repeat(100_000)),
                nodes.arrayNode().addNull(),
                nodes.arrayNode().add("a").add(1),
                nodes.objectNode().put("a", 1),
                nodes.objectNode().putNull("sid"),
                deep);
    }

    private static List<JsonNode> replacedOneByOne(JsonNode root, JsonNode odd) {
        var variants = new ArrayList<JsonNode>();
        for (var pointer : pointersIn(root, "")) {
            var copy = root.deepCopy();
            int lastSlash = pointer.lastIndexOf('/');
            var name = pointer.substring(lastSlash + 1);
            switch (copy.at(pointer.substring(0, lastSlash))) {
                case ObjectNode object -> object.set(name, odd);
                case ArrayNode array -> array.set(Integer.parseInt(name), odd);
                case JsonNode other -> throw new AssertionError(other.toString());
            }
            variants.add(copy);
        }
        return variants;
    }

    private static List<String> pointersIn(JsonNode node, String path) {
        var pointers = new ArrayList<String>();
        switch (node) {
            case ObjectNode object ->
                object.propertyNames().forEach(name -> {
                    pointers.add(path + "/" + name);
                    pointers.addAll(pointersIn(object.get(name), path + "/" + name));
                });
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    pointers.add(path + "/" + i);
                    pointers.addAll(pointersIn(array.get(i), path + "/" + i));
                }
            }
            case JsonNode _ -> {}
        }
        return pointers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
