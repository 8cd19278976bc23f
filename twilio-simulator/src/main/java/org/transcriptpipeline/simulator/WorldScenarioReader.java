package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.WorldScenario.Channel;
import org.transcriptpipeline.simulator.WorldScenario.RestFault;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.yaml.YamlFile;
import org.yaml.snakeyaml.nodes.Node;

/// Reads a scenario of what happens in a world.
final class WorldScenarioReader {

    private static final Set<String> STATUSES =
            Set.of("queued", "sending", "sent", "delivered", "read", "failed", "undelivered", "canceled");
    private static final Set<String> RECEIPT_STATUSES = Set.of("sent", "delivered", "read", "failed", "undelivered");
    private static final Map<String, Channel> CHANNELS =
            Map.of("sms", Channel.SMS, "whatsapp", Channel.WHATSAPP, "group-mms", Channel.GROUP_MMS);
    private static final int MOST_CONVERSATIONS = 34_000; // as many as there are numbers for customers
    private static final int MOST_PICTURES = 10;

    private final YamlFile file;
    private int step;
    private final Set<String> messages = new HashSet<>();

    WorldScenarioReader(String fileName) {
        this.file = new YamlFile(fileName, ScenarioException::new);
    }

    WorldScenario read(String yaml) {
        var root = file.root(yaml, "a scenario");
        file.allow(
                root,
                "name",
                "seed",
                "number",
                "channel",
                "conversations",
                "per-second",
                "duration",
                "webhooks",
                "event-stream",
                "rest-faults",
                "happenings");
        long seed = root.number("seed", 0, 0, Integer.MAX_VALUE);
        int perSecond = root.number("per-second", 0, 0, 10_000);
        var duration = root.duration("duration", Duration.ZERO);
        if (duration.isPositive() && (perSecond == 0 || root.names().contains("conversations"))) {
            throw file.wrong(root.required("duration"), "duration goes with per-second, and instead of conversations");
        }
        if (perSecond * duration.toSeconds() > MOST_CONVERSATIONS) {
            throw file.wrong(root.required("duration"), "more than " + MOST_CONVERSATIONS + " conversations");
        }
        var faults = new ArrayList<RestFault>();
        for (var node : root.list("rest-faults")) {
            faults.add(fault(file.fields(node, "a fault")));
        }
        var acts = new ArrayList<Act>();
        for (var node : file.sequence(root.required("happenings"), "happenings")) {
            acts.add(act(node, perSecond > 0));
        }
        return new WorldScenario(
                root.text("name"),
                seed,
                root.text("number"),
                channel(root),
                duration.isPositive() ? 0 : root.number("conversations", 1, 1, MOST_CONVERSATIONS),
                perSecond,
                duration,
                mischief(root.inner("webhooks"), seed),
                root.bool("event-stream"),
                faults,
                acts);
    }

    private static Channel channel(YamlFile.Fields root) {
        if (!root.names().contains("channel")) {
            return Channel.SMS;
        }
        return Channel.valueOf(root.oneOf("channel", CHANNELS.keySet())
                .toUpperCase(Locale.ROOT)
                .replace('-', '_'));
    }

    private Mischief mischief(YamlFile.Fields fields, long seed) {
        if (fields.names().isEmpty()) {
            return Mischief.NONE;
        }
        file.allow(fields, "drop", "repeat", "reorder", "delay");
        return new Mischief(
                fields.share("drop"),
                fields.share("repeat"),
                fields.duration("reorder", Duration.ZERO),
                fields.duration("delay", Duration.ZERO),
                seed);
    }

    private RestFault fault(YamlFile.Fields fields) {
        file.allow(fields, "answer", "retry-after", "path", "times");
        boolean isCutOff = fields.text("answer").equals("cut-off");
        return new RestFault(
                isCutOff ? null : (Integer) fields.number("answer", 0, 400, 599),
                fields.names().contains("retry-after") ? fields.duration("retry-after", Duration.ZERO) : null,
                fields.names().contains("path") ? fields.text("path") : "",
                fields.number("times", 1, 1, Integer.MAX_VALUE));
    }

    private Act act(Node node, boolean isRated) {
        file.at("step " + ++step);
        var fields = file.fields(node, "a happening");
        var kinds = fields.names().stream()
                .filter(n -> !Set.of("name", "pictures").contains(n))
                .toList();
        if (kinds.size() != 1) {
            throw file.wrong(node, "a happening is exactly one thing, this one is " + kinds);
        }
        var kind = kinds.getFirst();
        return switch (kind) {
            case "customer", "flow", "bot", "agent" -> say(kind, fields);
            case "edited" -> {
                var f = allowed(fields, kind, "message", "text", "webhook");
                yield new Act.Edit(message(f), f.text("text"), f.bool("webhook"));
            }
            case "removed" -> {
                var f = allowed(fields, kind, "message", "webhook");
                yield new Act.Remove(message(f), f.bool("webhook"));
            }
            case "receipt" -> {
                var f = allowed(fields, kind, "message", "status", "error");
                var status = DeliveryStatus.of(f.oneOf("status", RECEIPT_STATUSES));
                yield new Act.Deliver(message(f), status, error(f));
            }
            case "status-callback" -> {
                var f = allowed(fields, kind, "message", "status", "error");
                yield new Act.Report(message(f), f.oneOf("status", STATUSES), error(f));
            }
            case "flow-ended" -> new Act.EndFlow(fields.texts(kind));
            case "closed" -> {
                allowed(fields, kind);
                yield new Act.Close();
            }
            case "conversation-removed" ->
                new Act.RemoveConversation(allowed(fields, kind, "webhook").bool("webhook"));
            case "pause" -> {
                if (isRated) {
                    throw file.wrong(node, "pause does not go with per-second");
                }
                yield new Act.Pause(fields.duration(kind, Duration.ZERO));
            }
            default ->
                throw file.wrong(
                        node,
                        "nothing happens by the name of " + kind
                                + "; known are customer, flow, bot, agent, edited, removed, receipt, status-callback,"
                                + " flow-ended, closed, conversation-removed and pause");
        };
    }

    private Act say(String speaker, YamlFile.Fields fields) {
        var name = fields.optionalText("name");
        if (name != null && !messages.add(name)) {
            throw file.wrong(fields.node(), "there are two messages named " + name);
        }
        return new Act.Say(
                Act.Speaker.valueOf(speaker.toUpperCase(Locale.ROOT)),
                name,
                fields.text(speaker),
                fields.number("pictures", 0, 0, MOST_PICTURES));
    }

    private YamlFile.Fields allowed(YamlFile.Fields fields, String kind, String... names) {
        file.allow(fields, kind);
        var inner = file.fields(fields.required(kind), kind);
        file.allow(inner, names);
        return inner;
    }

    private String message(YamlFile.Fields fields) {
        var name = fields.text("message");
        if (!messages.contains(name)) {
            throw file.wrong(fields.node(), "no message " + name + " was said before");
        }
        return name;
    }

    private static @Nullable Integer error(YamlFile.Fields fields) {
        return fields.optionalText("error") == null ? null : fields.number("error", 0, 1, 999_999);
    }
}
