package org.transcriptpipeline.rules;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.yaml.YamlFile;
import org.transcriptpipeline.yaml.YamlFile.Fields;
import org.yaml.snakeyaml.nodes.Node;

/// The rules as their file and the settings beside it have them, checked as a whole. `docs/handoff-rules.md` describes
/// the file.
///
/// @param variables the names that the file takes from the environment
public record RulesFile(HandoffRules rules, Set<String> variables) {

    public RulesFile {
        variables = Set.copyOf(variables);
    }

    /// @param environment where `${NAME}` is taken from
    /// @throws RulesException with file and line, when anything cannot be used
    public static RulesFile read(RuleSettings settings, Function<String, @Nullable String> environment) {
        return new Reader(settings, environment, false).read();
    }

    /// Leaves out what `${NAME}` stands for.
    public static RulesFile readWithoutSecrets(RuleSettings settings) {
        return new Reader(settings, _ -> null, true).read();
    }

    private static final class Reader {

        private static final long LARGEST_FILE = 1024 * 1024;
        private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
        private static final Pattern ADDRESS =
                Pattern.compile("[!-~&&[^@<>()\\[\\],;:\\\\\"]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?");
        private static final Pattern FLOW = Pattern.compile("FW[0-9a-f]{32}");
        private static final Pattern ACCOUNT = Pattern.compile("AC[0-9a-f]{32}");
        private static final Pattern NUMBER = Pattern.compile("(?:[a-z]+:)?\\S+");
        private static final Set<String> CHANNELS =
                Set.of("sms", "mms", "group_mms", "whatsapp", "messenger", "rcs", "chat", "email", "other");
        private static final Set<String> TRIGGERS =
                Set.of("flow_ended", "execution_ended", "closed", "inactive", "on_demand");
        private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}?");
        private static final Set<String> PLACEHOLDERS = Set.of("{conversationSid}", "{handoffId}", "{accountSid}");
        private static final int SHORTEST_KEY = 24; // bytes, by Standard Webhooks
        private static final Duration USUAL_LONGEST_QUIET = Duration.ofHours(12);

        /// Stands for what was left out; no file can hold it.
        private static final String LEFT_OUT = "\0";

        private static final URI LEFT_OUT_URL = URI.create("https://left-out.invalid/");

        private final RuleSettings settings;
        private final Function<String, @Nullable String> environment;
        private final boolean isWithoutSecrets;
        private final YamlFile file;
        private final Set<String> variables = new TreeSet<>();

        Reader(RuleSettings settings, Function<String, @Nullable String> environment, boolean isWithoutSecrets) {
            this.settings = settings;
            this.environment = environment;
            this.isWithoutSecrets = isWithoutSecrets;
            this.file =
                    new YamlFile(settings.file() == null ? "" : settings.file().toString(), RulesException::new);
        }

        RulesFile read() {
            var rules = new ArrayList<Rule>();
            var presentation = new Presentation(Locale.ENGLISH, settings.zone(), Set.of(), Map.of());
            if (settings.file() != null) {
                var root = root(text(settings.file()));
                file.allow(root, "defaults", "destinations", "rules");
                presentation = presentation(root.inner("defaults"), presentation, true);
                rules.addAll(rules(root, presentation));
            }
            var everyone = everyone(presentation);
            if (everyone != null) {
                rules.add(everyone);
            }
            return new RulesFile(new HandoffRules(rules), variables);
        }

        private Fields root(String yaml) {
            try {
                return file.root(yaml, "a file of rules");
            } catch (RulesException e) {
                var problem = String.valueOf(e.getMessage());
                throw problem.contains(": not YAML") && yaml.contains("${")
                        ? new RulesException(problem + "; within braces a ${NAME} has to be quoted: \"${NAME}\"")
                        : e;
            }
        }

        private static String text(Path path) {
            try {
                if (Files.size(path) > LARGEST_FILE) {
                    throw new RulesException(path + " has more than 1 MB; that is no file of rules.");
                }
                return Files.readString(path);
            } catch (CharacterCodingException e) {
                throw new RulesException(path + " is not UTF-8.");
            } catch (IOException e) {
                throw new RulesException("HANDOFF_RULES names " + path + ", which cannot be read: "
                        + e.getClass().getSimpleName());
            }
        }

        // --- the settings beside the file

        private @Nullable Rule everyone(Presentation presentation) {
            var to = new ArrayList<Destination>();
            for (int i = 0; i < settings.emailTo().size(); i++) {
                if (!ADDRESS.matcher(settings.emailTo().get(i)).matches()) {
                    throw new RulesException("Entry " + (i + 1) + " of HANDOFF_EMAIL_TO is no e-mail address.");
                }
            }
            if (!settings.emailTo().isEmpty()) {
                to.add(new Destination(
                        HandoffRules.EVERYONE + "-email",
                        new Target.Email(settings.emailTo(), null),
                        presentation,
                        null,
                        true));
            }
            var url = settings.webhookUrl();
            var secret = settings.webhookSecret();
            if (url != null || secret != null) {
                if (url == null || secret == null) {
                    throw new RulesException("HANDOFF_WEBHOOK_URL and HANDOFF_WEBHOOK_SECRET belong together, and only "
                            + (url == null ? "the second" : "the first") + " is set.");
                }
                var webhook = new Target.Webhook(WebAddress.of(url, "HANDOFF_WEBHOOK_URL"), secret);
                if (!isKey(webhook)) {
                    throw new RulesException("HANDOFF_WEBHOOK_SECRET" + IS_NO_KEY);
                }
                to.add(new Destination(HandoffRules.EVERYONE + "-webhook", webhook, presentation, null, true));
            }
            return to.isEmpty()
                    ? null
                    : new Rule(
                            HandoffRules.EVERYONE,
                            Condition.ANYTHING,
                            to,
                            settings.settling(),
                            settings.followUps(),
                            null,
                            null);
        }

        private static final String IS_NO_KEY = " is not the Base64 of at least " + SHORTEST_KEY
                + " bytes, with whsec_ before it or without: `openssl rand -base64 32` makes one.";

        private static boolean isKey(Target.Webhook webhook) {
            try {
                return webhook.key().length >= SHORTEST_KEY;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        // --- destinations

        private Presentation presentation(Fields fields, Presentation otherwise, boolean isDefault) {
            if (isDefault) {
                file.allow(fields, "language", "time-zone", "attach", "flow-names");
            }
            var flowNames = new LinkedHashMap<String, String>();
            var named = fields.inner("flow-names");
            for (var sid : named.names()) {
                check(named.key(sid), FLOW, sid, "a flow");
                flowNames.put(sid, named.text(sid));
            }
            return new Presentation(
                    fields.has("language") ? language(fields.required("language")) : otherwise.language(),
                    fields.has("time-zone") ? zone(fields.required("time-zone")) : otherwise.zone(),
                    fields.has("attach") ? forms(fields) : otherwise.attached(),
                    isDefault ? flowNames : otherwise.flowNames());
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
            var presentation = presentation(fields, defaults, false);
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
                            .map(this::address)
                            .distinct()
                            .toList();
                    if (to.isEmpty()) {
                        throw file.wrong(fields.key("email"), "email names nobody");
                    }
                    yield new Target.Email(to, fields.has("reply-to") ? address(fields.required("reply-to")) : null);
                }
                case "webhook" -> webhook(fields);
                case "slack" -> new Target.Slack(secretUrl(fields.required("slack"), "slack"));
                default -> new Target.Directory(path(fields.required("directory")));
            };
        }

        private void belongsTo(Fields fields, String name, String kind, String owner) {
            if (fields.has(name) && !kind.equals(owner)) {
                throw file.wrong(fields.key(name), name + " goes with " + owner);
            }
        }

        private String address(Node node) {
            var address = value(node, "an address");
            if (!address.equals(LEFT_OUT) && !ADDRESS.matcher(address).matches()) {
                throw file.wrong(node, "this is no e-mail address"); // not quoted: it ends up in a log
            }
            return address;
        }

        private Target.Webhook webhook(Fields fields) {
            var node = fields.required("webhook");
            var url = url(value(node, "webhook"), node, "webhook");
            var secretNode = fields.required("secret");
            var secret = secret(secretNode, "secret");
            var webhook = new Target.Webhook(url, secret);
            if (!secret.equals(LEFT_OUT) && !isKey(webhook)) {
                throw file.wrong(secretNode, "secret" + IS_NO_KEY);
            }
            return webhook;
        }

        private URI secretUrl(Node node, String what) {
            return url(secret(node, what), node, what);
        }

        private URI url(String text, Node node, String what) {
            if (text.equals(LEFT_OUT)) {
                return LEFT_OUT_URL;
            }
            try {
                return WebAddress.of(text, what);
            } catch (RulesException e) {
                throw file.wrong(node, String.valueOf(e.getMessage()));
            }
        }

        private Path path(Node node) {
            var text = value(node, "directory");
            try {
                var path = Path.of(text.equals(LEFT_OUT) ? "/" : text);
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

        // --- rules

        private List<Rule> rules(Fields root, Presentation defaults) {
            var destinations = new LinkedHashMap<String, Destination>();
            var declared = root.inner("destinations");
            for (var name : declared.names()) {
                checkName(declared.key(name), name);
                destinations.put(name, destination(name, declared.required(name), defaults));
            }
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
            checkName(fields.required("name"), name);
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

        private void checkName(Node node, String name) {
            if (!NAME.matcher(name).matches()) {
                throw file.wrong(node, "a name has 1 to 64 letters, digits, dots, dashes and underscores");
            }
            if (name.startsWith(HandoffRules.EVERYONE)) {
                throw file.wrong(
                        node,
                        "names beginning with " + HandoffRules.EVERYONE
                                + " belong to HANDOFF_EMAIL_TO and HANDOFF_WEBHOOK_URL");
            }
        }

        private List<Destination> named(
                Fields fields, String field, Map<String, Destination> destinations, Set<String> used) {
            var named = new LinkedHashMap<String, Destination>();
            for (var node : fields.oneOrMore(field)) {
                var name = file.scalar(node, "a destination");
                var destination = destinations.get(name);
                if (destination == null) {
                    throw file.wrong(
                            node,
                            "there is no destination " + name + ", known are " + List.copyOf(destinations.keySet()));
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
            url(PLACEHOLDER.matcher(template).replaceAll("x"), node, "answer-at");
            return template;
        }

        // --- values

        /// A value that may be named instead of written down.
        private String value(Node node, String what) {
            var text = file.scalar(node, what);
            var variable = VARIABLE.matcher(text);
            if (!variable.matches()) {
                if (text.isBlank()) {
                    throw file.wrong(node, what + " is empty");
                }
                return text.strip();
            }
            var name = variable.group(1);
            variables.add(name);
            if (isWithoutSecrets) {
                return LEFT_OUT;
            }
            var value = environment.apply(name);
            if (value == null || value.isBlank()) {
                throw file.wrong(node, what + " is ${" + name + "}, and the environment has no " + name);
            }
            return value.strip();
        }

        private String secret(Node node, String what) {
            if (!VARIABLE.matcher(file.scalar(node, what)).matches()) {
                throw file.wrong(node, what + " is a secret: write ${NAME}, and set NAME in the environment");
            }
            return value(node, what);
        }

        private void check(Node node, Pattern pattern, String text, String what) {
            if (!pattern.matcher(text).matches()) {
                throw file.wrong(node, what + " is FW and 32 hexadecimal digits");
            }
        }
    }

    /// Shows no address.
    @Override
    public String toString() {
        return "RulesFile[" + rules.rules().size() + "]";
    }
}
