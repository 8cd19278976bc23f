package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.Happening.Message;
import org.transcriptpipeline.yaml.YamlFile;
import org.yaml.snakeyaml.nodes.Node;

/// Reads a scenario of which each step is a request.
final class ScenarioReader {

    private static final Set<String> STATUSES =
            Set.of("queued", "sending", "sent", "delivered", "read", "failed", "undelivered", "canceled");
    private static final Set<String> RECEIPT_STATUSES = Set.of("sent", "delivered", "read", "failed", "undelivered");
    private static final Set<String> STATES = Set.of("initializing", "active", "inactive", "closed");
    private static final Set<String> REASONS = Set.of("API", "TIMER", "EVENT");
    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(2);
    private static final int MOST_REPEATS = 1000;

    private final YamlFile file;
    private int step;
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final Map<String, @Nullable String> identities = new LinkedHashMap<>();
    private Duration clock = Duration.ZERO;

    ScenarioReader(String fileName) {
        this.file = new YamlFile(fileName, ScenarioException::new);
    }

    Scenario read(String yaml) {
        var root = file.root(yaml, "a scenario");
        file.allow(root, "name", "seed", "customer", "number", "steps");
        var steps = new ArrayList<Step>();
        for (var node : file.sequence(root.required("steps"), "steps")) {
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
        file.at("step " + ++step);
        var fields = file.fields(node, "a step");
        var kinds = fields.names().stream()
                .filter(n ->
                        !Set.of("at", "delay", "repeat", "retries", "forge").contains(n))
                .toList();
        if (kinds.size() != 1) {
            throw file.wrong(node, "a step names exactly one thing that happens, this one names " + kinds);
        }
        var kind = kinds.getFirst();
        if (kind.equals("shuffle")) {
            file.allow(fields, "shuffle");
            var steps = new ArrayList<Step>();
            for (var inner : file.sequence(fields.required("shuffle"), "shuffle")) {
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
        var f = file.fields(node, kind);
        return switch (kind) {
            case "conversation-added" -> {
                file.allow(f, "friendly-name");
                yield new Happening.ConversationAdded(f.optionalText("friendly-name"));
            }
            case "conversation-updated" -> {
                file.allow(f, "friendly-name");
                yield new Happening.ConversationUpdated(f.optionalText("friendly-name"));
            }
            case "conversation-removed" -> {
                file.allow(f);
                yield new Happening.ConversationRemoved();
            }
            case "state-updated" -> {
                file.allow(f, "from", "to", "reason");
                yield new Happening.StateUpdated(
                        f.oneOf("from", STATES), f.oneOf("to", STATES), f.oneOf("reason", REASONS));
            }
            case "participant-added" -> {
                file.allow(f, "name", "identity");
                identities.put(f.text("name"), f.optionalText("identity"));
                yield new Happening.ParticipantAdded(f.text("name"), f.optionalText("identity"));
            }
            case "participant-removed" -> {
                file.allow(f, "name");
                var name = f.text("name");
                if (!identities.containsKey(name)) {
                    throw file.wrong(node, "no participant " + name + " was added before");
                }
                yield new Happening.ParticipantRemoved(name, identities.get(name));
            }
            case "message-added" -> {
                file.allow(f, "name", "from", "text");
                var message = new Message(f.text("name"), messages.size(), f.text("from"), f.text("text"));
                if (messages.put(message.name(), message) != null) {
                    throw file.wrong(node, "there are two messages named " + message.name());
                }
                yield new Happening.MessageAdded(message);
            }
            case "message-updated" -> {
                file.allow(f, "message", "text");
                yield new Happening.MessageUpdated(message(f), f.text("text"));
            }
            case "message-removed" -> {
                file.allow(f, "message");
                yield new Happening.MessageRemoved(message(f));
            }
            case "delivery-updated" -> {
                file.allow(f, "message", "status", "error");
                yield new Happening.DeliveryUpdated(message(f), f.oneOf("status", RECEIPT_STATUSES), error(f));
            }
            case "status-callback" -> {
                file.allow(f, "message", "status", "error");
                yield new Happening.StatusCallback(message(f), f.oneOf("status", STATUSES), error(f));
            }
            case "flow-ended" -> {
                file.allow(f, "reason", "note", "answers");
                yield new Happening.FlowEnded(f.optionalText("reason"), f.optionalText("note"), f.texts("answers"));
            }
            default ->
                throw file.wrong(
                        node,
                        "nothing happens by the name of " + kind
                                + "; known are conversation-added, -updated, -removed, state-updated, participant-added,"
                                + " -removed, message-added, -updated, -removed, delivery-updated, status-callback,"
                                + " flow-ended and shuffle");
        };
    }

    private Message message(YamlFile.Fields fields) {
        var name = fields.text("message");
        var message = messages.get(name);
        if (message == null) {
            throw file.wrong(fields.node(), "no message " + name + " was added before");
        }
        return message;
    }

    private static @Nullable Integer error(YamlFile.Fields fields) {
        return fields.optionalText("error") == null ? null : fields.number("error", 0, 1, 999_999);
    }
}
