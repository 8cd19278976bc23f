package org.transcriptpipeline.rules;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.yaml.YamlFile;
import org.transcriptpipeline.yaml.YamlFile.Fields;

/// The rules as their file and the settings beside it have them, checked as a whole. `docs/handoff-rules.md` describes
/// the file.
///
/// @param variables the names that the file takes from the environment
public record RulesFile(HandoffRules rules, Set<String> variables) {

    private static final long LARGEST_FILE = 1024 * 1024;

    public RulesFile {
        variables = Set.copyOf(variables);
    }

    /// @param environment where `${NAME}` is taken from
    /// @throws RulesException with file and line, when anything cannot be used
    public static RulesFile read(RuleSettings settings, Function<String, @Nullable String> environment) {
        return read(settings, environment, false);
    }

    /// Leaves out what `${NAME}` stands for.
    public static RulesFile readWithoutSecrets(RuleSettings settings) {
        return read(settings, _ -> null, true);
    }

    private static RulesFile read(
            RuleSettings settings, Function<String, @Nullable String> environment, boolean isWithoutSecrets) {
        var path = settings.file();
        var file = new YamlFile(path == null ? "" : path.toString(), RulesException::new);
        var values = new NamedValues(file, environment, isWithoutSecrets);
        var rules = new ArrayList<Rule>();
        var presentation = new Presentation(Locale.ENGLISH, settings.zone(), Set.of(), Map.of());
        if (path != null) {
            var root = root(file, text(path));
            file.allow(root, "defaults", "destinations", "rules");
            var destinations = new DestinationReader(file, values);
            presentation = destinations.defaults(root.inner("defaults"), presentation);
            rules.addAll(new RuleReader(file, values, settings)
                    .rules(root, destinations.destinations(root.inner("destinations"), presentation)));
        }
        var everyone = everyone(settings, presentation);
        if (everyone != null) {
            rules.add(everyone);
        }
        return new RulesFile(new HandoffRules(rules), values.variables());
    }

    private static Fields root(YamlFile file, String yaml) {
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

    /// The rule that the settings beside the file make; null: none.
    private static @Nullable Rule everyone(RuleSettings settings, Presentation presentation) {
        var to = new ArrayList<Destination>();
        for (int i = 0; i < settings.emailTo().size(); i++) {
            if (!NamedValues.isAddress(settings.emailTo().get(i))) {
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
            if (!webhook.hasKey()) {
                throw new RulesException("HANDOFF_WEBHOOK_SECRET" + DestinationReader.IS_NO_KEY);
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

    /// Shows no address.
    @Override
    public String toString() {
        return "RulesFile[" + rules.rules().size() + "]";
    }
}
