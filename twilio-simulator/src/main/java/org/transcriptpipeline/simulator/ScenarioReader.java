package org.transcriptpipeline.simulator;

import java.io.StringReader;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.Happening.Message;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// Reads a scenario from the nodes of its YAML rather than from objects, since nodes know their line.
final class ScenarioReader {

    private static final Set<String> STATUSES =
            Set.of("queued", "sending", "sent", "delivered", "read", "failed", "undelivered", "canceled");
    private static final Set<String> RECEIPT_STATUSES = Set.of("sent", "delivered", "read", "failed", "undelivered");
    private static final Set<String> STATES = Set.of("initializing", "active", "inactive", "closed");
    private static final Set<String> REASONS = Set.of("API", "TIMER", "EVENT");
    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(2);
    private static final int MOST_REPEATS = 1000;

    private final String fileName;
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final Map<String, @Nullable String> identities = new LinkedHashMap<>();
    private Duration clock = Duration.ZERO;
    private int step;

    ScenarioReader(String fileName) {
        this.fileName = fileName;
    }

    Scenario read(String yaml) {
        Node document;
        try {
            document = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new ScenarioException(fileName + ", line " + line + ": not YAML, " + e.getProblem());
        }
        if (document == null) {
            throw new ScenarioException(fileName + ": the file is empty");
        }
        var root = fields(document, "a scenario");
        allow(root, "name", "seed", "customer", "number", "steps");
        var steps = new ArrayList<Step>();
        for (var node : sequence(root.required("steps"), "steps")) {
            steps.add(step(node));
        }
        return new Scenario(
                root.text("name"),
                root.number("seed", 0, 0, Integer.MAX_VALUE),
                root.text("customer"),
                root.text("number"),
                steps);
    }

    private Step step(Node node) {
        step++;
        var fields = fields(node, "a step");
        var kinds = fields.names().stream()
                .filter(n ->
                        !Set.of("at", "delay", "repeat", "retries", "forge").contains(n))
                .toList();
        if (kinds.size() != 1) {
            throw wrong(node, "a step names exactly one thing that happens, this one names " + kinds);
        }
        var kind = kinds.getFirst();
        if (kind.equals("shuffle")) {
            allow(fields, "shuffle");
            var steps = new ArrayList<Step>();
            for (var inner : sequence(fields.required("shuffle"), "shuffle")) {
                steps.add(step(inner));
            }
            return new Step.Shuffle(steps);
        }
        clock = fields.duration("at", clock.plus(BETWEEN_STEPS));
        return new Step.Report(
                happening(kind, fields.required(kind)),
                clock,
                fields.duration("delay", Duration.ZERO),
                fields.number("repeat", 1, 1, MOST_REPEATS),
                fields.number("retries", 0, 0, MOST_REPEATS),
                fields.bool("forge"));
    }

    private Happening happening(String kind, Node node) {
        var f = fields(node, kind);
        return switch (kind) {
            case "conversation-added" -> {
                allow(f, "friendly-name");
                yield new Happening.ConversationAdded(f.optionalText("friendly-name"));
            }
            case "conversation-updated" -> {
                allow(f, "friendly-name");
                yield new Happening.ConversationUpdated(f.optionalText("friendly-name"));
            }
            case "conversation-removed" -> {
                allow(f);
                yield new Happening.ConversationRemoved();
            }
            case "state-updated" -> {
                allow(f, "from", "to", "reason");
                yield new Happening.StateUpdated(
                        f.oneOf("from", STATES), f.oneOf("to", STATES), f.oneOf("reason", REASONS));
            }
            case "participant-added" -> {
                allow(f, "name", "identity");
                identities.put(f.text("name"), f.optionalText("identity"));
                yield new Happening.ParticipantAdded(f.text("name"), f.optionalText("identity"));
            }
            case "participant-removed" -> {
                allow(f, "name");
                var name = f.text("name");
                if (!identities.containsKey(name)) {
                    throw wrong(node, "no participant " + name + " was added before");
                }
                yield new Happening.ParticipantRemoved(name, identities.get(name));
            }
            case "message-added" -> {
                allow(f, "name", "from", "text");
                var message = new Message(f.text("name"), messages.size(), f.text("from"), f.text("text"));
                if (messages.put(message.name(), message) != null) {
                    throw wrong(node, "there are two messages named " + message.name());
                }
                yield new Happening.MessageAdded(message);
            }
            case "message-updated" -> {
                allow(f, "message", "text");
                yield new Happening.MessageUpdated(message(f), f.text("text"));
            }
            case "message-removed" -> {
                allow(f, "message");
                yield new Happening.MessageRemoved(message(f));
            }
            case "delivery-updated" -> {
                allow(f, "message", "status", "error");
                yield new Happening.DeliveryUpdated(message(f), f.oneOf("status", RECEIPT_STATUSES), error(f));
            }
            case "status-callback" -> {
                allow(f, "message", "status", "error");
                yield new Happening.StatusCallback(message(f), f.oneOf("status", STATUSES), error(f));
            }
            case "flow-ended" -> {
                allow(f, "reason", "note", "answers");
                yield new Happening.FlowEnded(f.optionalText("reason"), f.optionalText("note"), f.texts("answers"));
            }
            default ->
                throw wrong(
                        node,
                        "nothing happens by the name of " + kind
                                + "; known are conversation-added, -updated, -removed, state-updated, participant-added,"
                                + " -removed, message-added, -updated, -removed, delivery-updated, status-callback,"
                                + " flow-ended and shuffle");
        };
    }

    private Message message(Fields fields) {
        var name = fields.text("message");
        var message = messages.get(name);
        if (message == null) {
            throw wrong(fields.node, "no message " + name + " was added before");
        }
        return message;
    }

    private static @Nullable Integer error(Fields fields) {
        return fields.optionalText("error") == null ? null : fields.number("error", 0, 1, 999_999);
    }

    private void allow(Fields fields, String... names) {
        for (var name : fields.names()) {
            if (!List.of(names).contains(name)) {
                throw wrong(fields.node, "unknown field " + name + ", allowed are " + List.of(names));
            }
        }
    }

    private List<Node> sequence(Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw wrong(node, what + " must be a list");
    }

    private Fields fields(Node node, String what) {
        if (node instanceof ScalarNode scalar && scalar.getValue().isEmpty()) {
            return new Fields(node, Map.of()); // `- conversation-removed:`
        }
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, what + " must be a list of `name: value`");
        }
        var fields = new LinkedHashMap<String, Node>();
        for (var tuple : mapping.getValue()) {
            var name = scalar(tuple.getKeyNode(), "a field's name");
            if (fields.put(name, tuple.getValueNode()) != null) {
                throw wrong(tuple.getKeyNode(), "field " + name + " is given twice");
            }
        }
        return new Fields(node, fields);
    }

    private String scalar(Node node, String what) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw wrong(node, what + " must be a single value");
    }

    private ScenarioException wrong(Node node, String problem) {
        var place = fileName + ", line " + (node.getStartMark().getLine() + 1);
        return new ScenarioException(place + (step == 0 ? "" : ", step " + step) + ": " + problem);
    }

    private final class Fields {

        private final Node node;
        private final Map<String, Node> byName;

        private Fields(Node node, Map<String, Node> byName) {
            this.node = node;
            this.byName = byName;
        }

        Set<String> names() {
            return byName.keySet();
        }

        Node required(String name) {
            var value = byName.get(name);
            if (value == null) {
                throw wrong(node, "field " + name + " is missing");
            }
            return value;
        }

        String text(String name) {
            return scalar(required(name), name);
        }

        @Nullable
        String optionalText(String name) {
            return byName.containsKey(name) ? text(name) : null;
        }

        String oneOf(String name, Set<String> values) {
            var value = text(name);
            if (!values.contains(value)) {
                throw wrong(
                        required(name),
                        name + " is " + value + ", allowed are "
                                + values.stream().sorted().toList());
            }
            return value;
        }

        int number(String name, int otherwise, int least, int most) {
            if (!byName.containsKey(name)) {
                return otherwise;
            }
            try {
                int number = Integer.parseInt(text(name));
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // said below, as for a number out of range
            }
            throw wrong(required(name), name + " must be a number from " + least + " to " + most);
        }

        boolean bool(String name) {
            return byName.containsKey(name)
                    && oneOf(name, Set.of("true", "false")).equals("true");
        }

        Duration duration(String name, Duration otherwise) {
            if (!byName.containsKey(name)) {
                return otherwise;
            }
            try {
                var text = text(name).toUpperCase(Locale.ROOT);
                var duration = Duration.parse(text.endsWith("MS") ? "PT0S" : "PT" + text);
                duration = text.endsWith("MS")
                        ? Duration.ofMillis(Long.parseLong(text, 0, text.length() - 2, 10))
                        : duration;
                if (!duration.isNegative()) {
                    return duration;
                }
            } catch (DateTimeParseException | NumberFormatException _) {
                // said below, as for a negative one
            }
            throw wrong(required(name), name + " must be a duration such as 250ms, 3s or 1m30s");
        }

        Map<String, String> texts(String name) {
            if (!byName.containsKey(name)) {
                return Map.of();
            }
            var texts = new LinkedHashMap<String, String>();
            var inner = fields(required(name), name);
            inner.byName.forEach((key, value) -> texts.put(key, scalar(value, key)));
            return texts;
        }
    }
}
