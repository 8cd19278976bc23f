package org.transcriptpipeline.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules in their order. The first one that fits a handoff is its rule.
public record HandoffRules(List<Rule> rules) {

    /// The rule that `HANDOFF_EMAIL_TO` and `HANDOFF_WEBHOOK_URL` make.
    public static final String EVERYONE = "everyone";

    public HandoffRules {
        rules = List.copyOf(rules);
    }

    /// The rules of this installation: those of the file, and behind them [#EVERYONE] where the settings name anybody.
    ///
    /// @param environment where `${NAME}` in the file is taken from; Spring's `Environment::getProperty` will do
    /// @throws RulesException when anything about them cannot be used
    public static HandoffRules effective(RuleSettings settings, Function<String, @Nullable String> environment) {
        return RulesFile.read(settings, environment).rules();
    }

    /// The same for who sends nothing: what `${NAME}` stands for is not asked, so that the archiver needs no secret of
    /// a destination. Targets that are named that way hold nothing of use.
    public static HandoffRules effectiveWithoutSecrets(RuleSettings settings) {
        return RulesFile.readWithoutSecrets(settings).rules();
    }

    /// The rule of a handoff; null: none fits, and nobody is told.
    public @Nullable Rule of(Facts facts) {
        return rules.stream().filter(r -> r.when().fits(facts)).findFirst().orElse(null);
    }

    /// The rule of a handoff, and why it is not an earlier one.
    public Explanation explain(Facts facts) {
        var misses = new ArrayList<Explanation.Miss>();
        for (var rule : rules) {
            var unfit = rule.when().unfit(facts);
            if (unfit.isEmpty()) {
                return new Explanation(rule, misses);
            }
            misses.add(new Explanation.Miss(rule.name(), unfit));
        }
        return new Explanation(null, misses);
    }

    /// The rule of this name; null: there is none.
    public @Nullable Rule named(String name) {
        return rules.stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /// All that any rule sends to, each once.
    public List<Destination> destinations() {
        Map<String, Destination> byName = new LinkedHashMap<>();
        for (var rule : rules) {
            rule.to().forEach(d -> byName.putIfAbsent(d.name(), d));
            if (rule.takeOver() != null) {
                rule.takeOver().then().forEach(d -> byName.putIfAbsent(d.name(), d));
            }
        }
        return List.copyOf(byName.values());
    }

    /// The destination of this name; null: there is none.
    public @Nullable Destination destination(String name) {
        return destinations().stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
