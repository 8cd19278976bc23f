package org.transcriptpipeline.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules in their order. The first one that fits a handoff is its rule.
public record HandoffRules(List<Rule> rules) {

    public HandoffRules {
        rules = List.copyOf(rules);
    }

    /// The rule of a handoff; null: none fits, and nobody is told.
    public @Nullable Rule of(Facts facts) {
        throw new UnsupportedOperationException("not built yet");
    }

    /// The rule of this name; null: there is none.
    public @Nullable Rule named(String name) {
        return rules.stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
