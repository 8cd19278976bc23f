package org.transcriptpipeline.cli.rules;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.rules.Destination;
import org.transcriptpipeline.rules.Explanation;
import org.transcriptpipeline.rules.Explanation.Unfit;
import org.transcriptpipeline.rules.Facts;
import org.transcriptpipeline.rules.Rule;
import org.transcriptpipeline.rules.Target;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// A dry run: which rule, why none before it, who would be told, and when.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says which rule a handoff would meet now, why not an earlier one, who would be told, and when.",
            "Sends nothing. Of a conversation without a handoff: as if it were handed over now."
        },
        footer = {"", "Exit status: 0 a rule fits, 1 none does or the rules cannot be used, 2 wrong use."})
final class ExplainCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private RulesOptions options = new RulesOptions();

    @Mixin
    private Report report = new Report();

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    @Option(
            names = "--trigger",
            paramLabel = "KIND",
            description = "As if this had triggered it: flow_ended, closed, …")
    private @Nullable String trigger;

    @Option(names = "--flow", paramLabel = "SID", description = "As if this flow had ended, FW….")
    private @Nullable String flow;

    @Option(names = "--reason", paramLabel = "TEXT", description = "As if the flow had ended for this reason.")
    private @Nullable String reason;

    @Option(
            names = "--answer",
            paramLabel = "NAME=TEXT",
            description = "As if the flow had collected this; can be repeated.")
    private Map<String, String> answers = new LinkedHashMap<>();

    ExplainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static final class Which {
        @Option(
                names = "--conversation",
                paramLabel = "SID",
                description = "Of this conversation, CH…: its newest handoff.")
        private @Nullable String conversation;

        @Option(names = "--handoff", paramLabel = "ID", description = "This handoff.")
        private @Nullable String handoff;
    }

    /// @param rule null: none fits
    /// @param misses the rules before it, and what they ask that the handoff answers otherwise
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Explained(
            @Nullable String handoffId,
            String conversationSid,
            @Nullable String rule,
            List<Explanation.Miss> misses,
            List<Told> destinations,
            @Nullable Reminder reminder) {}

    /// @param recipients how many
    /// @param notBefore the end of quiet hours; null: at once
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Told(
            String name,
            String kind,
            int recipients,
            @Nullable Instant notBefore) {}

    private record Reminder(Duration after, List<Told> destinations) {}

    @Override
    public Integer call() throws SQLException {
        var rules = RulesOptions.read(options.settings(surroundings)).rules();
        KnownHandoff known;
        try (var connection = database.open(surroundings)) {
            var handoffs = new KnownHandoffs(connection);
            known = which.handoff != null
                    ? handoffs.handoff(which.handoff)
                    : handoffs.newestOf(String.valueOf(which.conversation));
        }
        if (known == null) {
            throw new RefusedException(
                    (which.handoff != null ? "This handoff" : "This conversation") + " is not in the store.");
        }
        var explanation = rules.explain(supposed(known.facts()));
        var rule = explanation.rule();
        var result = new Explained(
                known.handoffId(),
                known.conversationSid(),
                rule == null ? null : rule.name(),
                explanation.misses(),
                rule == null ? List.of() : told(rule.to()),
                rule == null ? null : reminder(rule));
        report.print(surroundings.out(), result, out -> print(out, result));
        return rule == null ? 1 : 0;
    }

    /// With what the options say instead.
    private Facts supposed(Facts facts) {
        var collected = new LinkedHashMap<String, Object>(facts.answers());
        collected.putAll(answers);
        return new Facts(
                facts.accountSid(),
                flow == null ? facts.flowSid() : flow,
                facts.ourAddress(),
                facts.channel(),
                trigger == null ? facts.trigger() : trigger,
                reason == null ? facts.reason() : reason,
                collected);
    }

    private @Nullable Reminder reminder(Rule rule) {
        return rule.takeOver() == null
                ? null
                : new Reminder(rule.takeOver().within(), told(rule.takeOver().then()));
    }

    private List<Told> told(List<Destination> destinations) {
        var now = surroundings.clock().instant();
        return destinations.stream()
                .map(d -> {
                    var earliest = d.quietHours() == null ? now : d.quietHours().earliest(now, now);
                    return switch (d.target()) {
                        case Target.Email(var to, var _) -> told(d, "email", to.size(), now, earliest);
                        case Target.Webhook(var _, var _) -> told(d, "webhook", 1, now, earliest);
                        case Target.Slack(var _) -> told(d, "slack", 1, now, earliest);
                        case Target.Directory(var _) -> told(d, "directory", 1, now, earliest);
                    };
                })
                .toList();
    }

    private static Told told(Destination destination, String kind, int recipients, Instant now, Instant earliest) {
        return new Told(destination.name(), kind, recipients, earliest.isAfter(now) ? earliest : null);
    }

    private static void print(PrintStream out, Explained result) {
        if (result.handoffId() == null) {
            out.println("There is no handoff of " + result.conversationSid() + "; this is what one would meet.");
        }
        for (var miss : result.misses()) {
            out.println("not " + miss.rule() + ":");
            miss.questions().forEach(q -> out.println("  " + line(q)));
        }
        if (result.rule() == null) {
            out.println("No rule fits: nobody is told.");
            return;
        }
        out.println("Rule: " + result.rule());
        if (result.destinations().isEmpty()) {
            out.println("  tells nobody");
        }
        result.destinations().forEach(d -> out.println("  tells " + line(d)));
        if (result.reminder() != null) {
            var after = result.reminder().after().toString().substring(2).toLowerCase(Locale.ROOT);
            out.println("  when nobody has taken it after " + after + ":");
            result.reminder().destinations().forEach(d -> out.println("    reminds " + line(d)));
        }
    }

    private static String line(Unfit question) {
        return question.question() + " is " + (question.isKnown() ? "another than " : "not known, asked for is ")
                + String.join(" or ", question.wanted());
    }

    private static String line(Told told) {
        return told.name() + " (" + told.kind() + (told.kind().equals("email") ? ", " + told.recipients() : "") + ") "
                + (told.notBefore() == null ? "at once" : "not before " + told.notBefore());
    }
}
