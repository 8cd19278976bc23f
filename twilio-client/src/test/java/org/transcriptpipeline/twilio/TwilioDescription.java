package org.transcriptpipeline.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.transcriptpipeline.twilio.StandIn.Asked;
import org.transcriptpipeline.twilio.StandIn.Pair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Twilio's OpenAPI descriptions (github.com/twilio/twilio-oai, `spec/json`), where they are at hand: in the
/// directory that the environment variable `TWILIO_OAI` or the system property `twilio.oai` names, else beside the
/// repository.
final class TwilioDescription {

    private static final Map<String, String> FILES = Map.of(
            "conversations", "twilio_conversations_v1.json",
            "studio", "twilio_studio_v2.json",
            "messaging", "twilio_messaging_v1.json",
            "events", "twilio_events_v1.json",
            "api", "twilio_api_v2010.json");

    private final Map<String, JsonNode> products = new HashMap<>();

    private TwilioDescription(Path directory) {
        FILES.forEach((product, file) -> products.put(
                product, new JsonMapper().readTree(directory.resolve(file).toFile())));
    }

    static Path directory() {
        var named = System.getProperty("twilio.oai", System.getenv("TWILIO_OAI"));
        return Path.of(named == null ? "../../shared/twilio-oai" : named);
    }

    static boolean isAtHand() {
        return Files.isDirectory(directory());
    }

    static TwilioDescription read() {
        return new TwilioDescription(directory());
    }

    /// Whether there is a description of the product that was asked; Monitor has none.
    boolean covers(Asked asked) {
        return products.containsKey(product(asked));
    }

    private static String product(Asked asked) {
        return asked.path().split("/")[1].split("\\.")[0];
    }

    private static String pathAtTwilio(Asked asked) {
        return asked.path().substring(asked.path().indexOf('/', 1));
    }

    /// The path's description, that without placeholders first.
    private JsonNode operation(Asked asked) {
        var paths = products.get(product(asked)).path("paths");
        var path = pathAtTwilio(asked);
        return paths.propertyNames().stream()
                .filter(template -> path.matches(Pattern.compile("\\{[^}]+}")
                                .splitAsStream(template)
                                .map(Pattern::quote)
                                .collect(Collectors.joining("[^/]+"))
                        + (template.endsWith("}") ? "[^/]+" : "")))
                .min(Comparator.comparing((String template) ->
                        template.chars().filter(c -> c == '{').count()))
                .map(template -> paths.path(template).path(asked.method().toLowerCase()))
                .filter(JsonNode::isObject)
                .orElseThrow(() -> new AssertionError("Twilio has no " + asked.method() + " " + path));
    }

    /// Fails unless method, path, parameters and their values are as Twilio describes them.
    void check(Asked asked) {
        var operation = operation(asked);
        var product = product(asked);
        var query = new HashMap<String, JsonNode>();
        var headers = new HashSet<String>();
        operation.path("parameters").forEach(parameter -> {
            switch (parameter.path("in").stringValue()) {
                case "query" -> query.put(parameter.path("name").stringValue(), parameter.path("schema"));
                case "header" -> headers.add(parameter.path("name").stringValue());
                default -> {}
            }
        });
        checkAll(product, asked, asked.query(), query, Set.of());
        if (asked.headers().containsKey("X-Twilio-Webhook-Enabled")) {
            assertThat(headers).as(asked.path()).contains("X-Twilio-Webhook-Enabled");
        }
        var schema = operation
                .path("requestBody")
                .path("content")
                .path("application/x-www-form-urlencoded")
                .path("schema");
        var form = new HashMap<String, JsonNode>();
        schema.path("properties").properties().forEach(entry -> form.put(entry.getKey(), entry.getValue()));
        var required = new HashSet<String>();
        schema.path("required").forEach(name -> required.add(name.stringValue()));
        checkAll(product, asked, asked.form(), form, required);
    }

    private void checkAll(
            String product, Asked asked, List<Pair> sent, Map<String, JsonNode> described, Set<String> required) {
        var names = sent.stream().map(Pair::name).toList();
        assertThat(described.keySet()).as("%s %s", asked.method(), asked.path()).containsAll(names);
        assertThat(names).as("%s %s", asked.method(), asked.path()).containsAll(required);
        for (var pair : sent) {
            var schema = resolved(product, described.get(pair.name()));
            if (!schema.path("type").asString("").equals("array")) {
                assertThat(names)
                        .as("not a list")
                        .filteredOn(pair.name()::equals)
                        .hasSize(1);
            }
            checkValue(pair, schema.has("items") ? resolved(product, schema.path("items")) : schema);
        }
    }

    private JsonNode resolved(String product, JsonNode schema) {
        var reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : products.get(product).at(reference.substring(1));
    }

    private static void checkValue(Pair pair, JsonNode schema) {
        if (schema.has("enum")) {
            assertThat(StreamSupport.stream(schema.path("enum").spliterator(), false)
                            .map(JsonNode::stringValue))
                    .as(pair.name())
                    .contains(pair.value());
        }
        if (schema.has("pattern")) {
            assertThat(pair.value())
                    .as(pair.name())
                    .matches(schema.path("pattern").stringValue());
        }
        switch (schema.path("type").asString("")) {
            case "integer" ->
                assertThat(Long.parseLong(pair.value()))
                        .as(pair.name())
                        .isBetween(
                                schema.path("minimum").asLong(0),
                                schema.path("maximum").asLong(Long.MAX_VALUE));
            case "boolean" -> assertThat(pair.value()).as(pair.name()).isIn("true", "false");
            default -> {}
        }
    }

    /// The answer that Twilio gives as its example: of a list the fullest.
    Example example(Asked asked) {
        var responses = operation(asked).path("responses");
        var status = responses.propertyNames().stream()
                .filter(name -> name.startsWith("2"))
                .findFirst();
        var examples = responses
                .path(status.orElseThrow())
                .path("content")
                .path("application/json")
                .path("examples");
        var body = StreamSupport.stream(examples.spliterator(), false)
                .map(example -> example.path("value").toString())
                .max(Comparator.comparing(String::length))
                .orElse("");
        return new Example(Integer.parseInt(status.orElseThrow()), body);
    }

    record Example(int status, String body) {}
}
