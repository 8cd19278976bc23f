package org.transcriptpipeline.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.transcriptpipeline.yaml.YamlFile;
import org.transcriptpipeline.yaml.YamlFile.Fields;
import org.yaml.snakeyaml.nodes.Node;

/// Reads the rules of a file: what each asks, whom it names, and when they hear of it.
final class RuleReader {

    private static final Pattern FLOW = Pattern.compile("FW[0-9a-f]{32}");
    private static final Pattern ACCOUNT = Pattern.compile("AC[0-9a-f]{32}");
    private static final Pattern NUMBER = Pattern.compile("(?:[a-z]+:)?\\S+");
    private static final Set<String> CHANNELS =
            Set.of("sms", "mms", "group_mms", "whatsapp", "messenger", "rcs", "chat", "email", "other");
    private static final Set<String> TRIGGERS =
            Set.of("flow_ended", "execution_ended", "closed", "inactive", "on_demand");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}?");
    private static final Set<String> PLACEHOLDERS = Set.of("{conversationSid}", "{handoffId}", "{accountSid}");

    private final YamlFile file;
    private final NamedValues values;
    private final RuleSettings settings;

    /// @param settings what holds where a rule says nothing
    RuleReader(YamlFile file, NamedValues values, RuleSettings settings) {
        this.file = file;
        this.values = values;
        this.settings = settings;
    }

    /// The rules of the file, in its order.
    ///
    /// @param destinations by name; each has to be named by a rule
    List<Rule> rules(Fields root, Map<String, Destination> destinations) {
        var used = new HashSet<String>();
        var names = new HashSet<String>();
        var rules = new ArrayList<Rule>();
        for (var node : root.list("rules")) {
            if (!rules.isEmpty() && rules.getLast().when().isAnything()) {
                throw file.wrong(
                        node, "this rule is never met: " + rules.getLast().name() + " before it takes everything");
            }
            var rule = rule(node, destinations, used);
            if (!names.add(rule.name())) {
                throw file.wrong(node, "there are two rules named " + rule.name());
            }
            rules.add(rule);
        }
        var declared = root.inner("destinations");
        for (var name : declared.names()) {
            if (!used.contains(name)) {
                throw file.wrong(declared.key(name), "no rule names the destination " + name);
            }
        }
        return rules;
    }

    private Rule rule(Node node, Map<String, Destination> destinations, Set<String> used) {
        var fields = file.fields(node, "a rule");
        file.allow(fields, "name", "when", "to", "settle", "follow-ups", "take-over", "answer-at");
        var name = fields.text("name");
        RuleNames.check(file, fields.required("name"), name);
        fields.required("to"); // none has to be said: `to: []`
        return new Rule(
                name,
                condition(fields.inner("when")),
                named(fields, "to", destinations, used),
                settling(fields.inner("settle")),
                followUps(fields.inner("follow-ups")),
                fields.has("take-over")
                        ? takeOver(file.fields(fields.required("take-over"), "take-over"), destinations, used)
                        : null,
                fields.has("answer-at") ? answerAt(fields.required("answer-at")) : null);
    }

    private List<Destination> named(
            Fields fields, String field, Map<String, Destination> destinations, Set<String> used) {
        var named = new LinkedHashMap<String, Destination>();
        for (var node : fields.oneOrMore(field)) {
            var name = file.scalar(node, "a destination");
            var destination = destinations.get(name);
            if (destination == null) {
                throw file.wrong(
                        node, "there is no destination " + name + ", known are " + List.copyOf(destinations.keySet()));
            }
            used.add(name);
            named.put(name, destination);
        }
        return List.copyOf(named.values());
    }

    private Condition condition(Fields fields) {
        file.allow(fields, "flow", "account", "our-number", "channel", "trigger", "reason", "answers");
        var answers = new LinkedHashMap<String, List<String>>();
        var asked = fields.inner("answers");
        for (var name : asked.names()) {
            answers.put(name, values(asked, name));
        }
        return new Condition(
                matching(fields, "flow", FLOW, "a flow is FW and 32 hexadecimal digits"),
                matching(fields, "account", ACCOUNT, "an account is AC and 32 hexadecimal digits"),
                matching(fields, "our-number", NUMBER, "a number is written +12025550123"),
                oneOf(fields, "channel", CHANNELS),
                oneOf(fields, "trigger", TRIGGERS),
                values(fields, "reason"),
                answers);
    }

    private List<String> values(Fields fields, String name) {
        var values = new ArrayList<String>();
        for (var node : fields.oneOrMore(name)) {
            var value = file.scalar(node, name);
            if (value.isBlank()) {
                throw file.wrong(node, name + " is empty; leave it out to ask nothing");
            }
            values.add(value);
        }
        if (fields.has(name) && values.isEmpty()) {
            throw file.wrong(fields.key(name), name + " is empty; leave it out to ask nothing");
        }
        return values;
    }

    private List<String> matching(Fields fields, String name, Pattern pattern, String expected) {
        var values = values(fields, name);
        for (int i = 0; i < values.size(); i++) {
            if (!pattern.matcher(values.get(i)).matches()) {
                throw file.wrong(fields.oneOrMore(name).get(i), expected);
            }
        }
        return values;
    }

    private List<String> oneOf(Fields fields, String name, Set<String> allowed) {
        var values = values(fields, name);
        for (int i = 0; i < values.size(); i++) {
            if (!allowed.contains(values.get(i))) {
                throw file.wrong(
                        fields.oneOrMore(name).get(i),
                        name + " is " + values.get(i) + ", allowed are "
                                + allowed.stream().sorted().toList());
            }
        }
        return values;
    }

    private Settling settling(Fields fields) {
        file.allow(fields, "quiet-window", "deadline", "wait-for-delivery");
        var usual = settings.settling();
        var settling = new Settling(
                fields.duration("quiet-window", usual.quietWindow()),
                fields.duration("deadline", usual.deadline()),
                fields.has("wait-for-delivery") ? fields.bool("wait-for-delivery") : usual.waitsForDelivery());
        if (settling.quietWindow().compareTo(settling.deadline()) > 0) {
            throw file.wrong(fields.node(), "quiet-window is longer than deadline");
        }
        return settling;
    }

    private FollowUps followUps(Fields fields) {
        file.allow(fields, "messages", "failures", "window", "watch-for");
        var usual = settings.followUps();
        return new FollowUps(
                fields.has("messages") ? fields.bool("messages") : usual.onMessages(),
                fields.has("failures") ? fields.bool("failures") : usual.onFailures(),
                fields.duration("window", usual.window()),
                fields.duration("watch-for", usual.watchFor()));
    }

    private TakeOver takeOver(Fields fields, Map<String, Destination> destinations, Set<String> used) {
        file.allow(fields, "within", "then");
        fields.required("within");
        fields.required("then");
        var within = fields.duration("within", Duration.ZERO);
        if (within.isZero()) {
            throw file.wrong(fields.required("within"), "within must be longer than nothing");
        }
        var then = named(fields, "then", destinations, used);
        if (then.isEmpty()) {
            throw file.wrong(fields.key("then"), "then names nobody to remind");
        }
        return new TakeOver(within, then);
    }

    private String answerAt(Node node) {
        var template = file.scalar(node, "answer-at");
        var unknown = PLACEHOLDER
                .matcher(template)
                .results()
                .map(found -> found.group())
                .filter(p -> !PLACEHOLDERS.contains(p))
                .findFirst();
        if (unknown.isPresent()) {
            throw file.wrong(
                    node,
                    "answer-at has " + unknown.get() + ", known are "
                            + PLACEHOLDERS.stream().sorted().toList());
        }
        values.url(PLACEHOLDER.matcher(template).replaceAll("x"), node, "answer-at");
        return template;
    }
}
