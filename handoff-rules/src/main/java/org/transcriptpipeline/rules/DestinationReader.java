package org.transcriptpipeline.rules;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.yaml.YamlFile;
import org.transcriptpipeline.yaml.YamlFile.Fields;
import org.yaml.snakeyaml.nodes.Node;

/// Reads who can be told: the destinations of a file of rules, and what `defaults` says for all of them.
final class DestinationReader {

    private static final Pattern FLOW = Pattern.compile("FW[0-9a-f]{32}");
    private static final Duration USUAL_LONGEST_QUIET = Duration.ofHours(12);

    /// What is said of a secret that signs nothing.
    static final String IS_NO_KEY = " is not the Base64 of at least " + Target.Webhook.SHORTEST_KEY
            + " bytes, with whsec_ before it or without: `openssl rand -base64 32` makes one.";

    private final YamlFile file;
    private final NamedValues values;

    DestinationReader(YamlFile file, NamedValues values) {
        this.file = file;
        this.values = values;
    }

    /// What holds for every destination that does not say otherwise.
    Presentation defaults(Fields fields, Presentation usual) {
        file.allow(fields, "language", "time-zone", "attach", "flow-names");
        var flowNames = new LinkedHashMap<String, String>();
        var named = fields.inner("flow-names");
        for (var sid : named.names()) {
            if (!FLOW.matcher(sid).matches()) {
                throw file.wrong(named.key(sid), "a flow is FW and 32 hexadecimal digits");
            }
            flowNames.put(sid, named.text(sid));
        }
        return presentation(fields, usual, flowNames);
    }

    /// All of them, by name, in the order of the file.
    Map<String, Destination> destinations(Fields declared, Presentation defaults) {
        var destinations = new LinkedHashMap<String, Destination>();
        for (var name : declared.names()) {
            RuleNames.check(file, declared.key(name), name);
            destinations.put(name, destination(name, declared.required(name), defaults));
        }
        return destinations;
    }

    private Presentation presentation(Fields fields, Presentation otherwise, Map<String, String> flowNames) {
        return new Presentation(
                fields.has("language") ? language(fields.required("language")) : otherwise.language(),
                fields.has("time-zone") ? zone(fields.required("time-zone")) : otherwise.zone(),
                fields.has("attach") ? forms(fields) : otherwise.attached(),
                flowNames);
    }

    private Locale language(Node node) {
        var tag = file.scalar(node, "language");
        try {
            var locale = new Locale.Builder().setLanguageTag(tag).build();
            if (Arrays.asList(Locale.getISOLanguages()).contains(locale.getLanguage())) {
                return locale;
            }
        } catch (IllformedLocaleException e) {
            // said below
        }
        throw file.wrong(node, "language is " + tag + ", and must be one such as en, de or pt-BR");
    }

    private ZoneId zone(Node node) {
        var name = file.scalar(node, "time-zone");
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw file.wrong(node, "time-zone is " + name + ", and must be one such as Europe/Berlin");
        }
    }

    private Set<Form> forms(Fields fields) {
        var forms = new HashSet<Form>();
        for (var node : fields.oneOrMore("attach")) {
            var name = file.scalar(node, "attach");
            var form = Arrays.stream(Form.values())
                    .filter(f -> f.name().toLowerCase(Locale.ROOT).equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            file.wrong(node, "attach is " + name + ", allowed are text, json, csv, html and pdf"));
            forms.add(form);
        }
        return forms;
    }

    private Destination destination(String name, Node node, Presentation defaults) {
        var fields = file.fields(node, name);
        file.allow(
                fields,
                "email",
                "reply-to",
                "webhook",
                "secret",
                "slack",
                "directory",
                "language",
                "time-zone",
                "attach",
                "quiet-hours",
                "failures");
        var presentation = presentation(fields, defaults, defaults.flowNames());
        return new Destination(
                name,
                target(name, node, fields),
                presentation,
                fields.has("quiet-hours") ? quietHours(fields, presentation.zone()) : null,
                !fields.has("failures") || fields.bool("failures"));
    }

    private Target target(String name, Node node, Fields fields) {
        var kinds = List.of("email", "webhook", "slack", "directory").stream()
                .filter(fields::has)
                .toList();
        if (kinds.size() != 1) {
            throw file.wrong(
                    node, name + " must have exactly one of email, webhook, slack and directory, it has " + kinds);
        }
        var kind = kinds.getFirst();
        belongsTo(fields, "reply-to", kind, "email");
        belongsTo(fields, "secret", kind, "webhook");
        return switch (kind) {
            case "email" -> {
                var to = fields.oneOrMore("email").stream()
                        .map(values::address)
                        .distinct()
                        .toList();
                if (to.isEmpty()) {
                    throw file.wrong(fields.key("email"), "email names nobody");
                }
                yield new Target.Email(to, fields.has("reply-to") ? values.address(fields.required("reply-to")) : null);
            }
            case "webhook" -> webhook(fields);
            case "slack" -> slack(fields.required("slack"));
            default -> new Target.Directory(path(fields.required("directory")));
        };
    }

    private void belongsTo(Fields fields, String name, String kind, String owner) {
        if (fields.has(name) && !kind.equals(owner)) {
            throw file.wrong(fields.key(name), name + " goes with " + owner);
        }
    }

    private Target.Webhook webhook(Fields fields) {
        var node = fields.required("webhook");
        var url = values.url(values.value(node, "webhook"), node, "webhook");
        var secretNode = fields.required("secret");
        var secret = values.secret(secretNode, "secret");
        var webhook = new Target.Webhook(url, secret);
        if (!secret.equals(NamedValues.LEFT_OUT) && !webhook.hasKey()) {
            throw file.wrong(secretNode, "secret" + IS_NO_KEY);
        }
        return webhook;
    }

    private Target.Slack slack(Node node) {
        return new Target.Slack(values.url(values.secret(node, "slack"), node, "slack"));
    }

    private Path path(Node node) {
        var text = values.value(node, "directory");
        try {
            var path = Path.of(text.equals(NamedValues.LEFT_OUT) ? "/" : text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // said below
        }
        throw file.wrong(node, "directory must be an absolute path");
    }

    private QuietHours quietHours(Fields destination, ZoneId zone) {
        var fields = destination.inner("quiet-hours");
        file.allow(fields, "from", "to", "send-anyway-after");
        var from = time(fields.required("from"), "from");
        var to = time(fields.required("to"), "to");
        if (from.equals(to)) {
            throw file.wrong(fields.node(), "quiet-hours begin and end at the same time");
        }
        return new QuietHours(from, to, zone, fields.duration("send-anyway-after", USUAL_LONGEST_QUIET));
    }

    private LocalTime time(Node node, String what) {
        try {
            return LocalTime.parse(file.scalar(node, what));
        } catch (DateTimeException e) {
            throw file.wrong(node, what + " must be a time of day such as \"20:00\"");
        }
    }
}
