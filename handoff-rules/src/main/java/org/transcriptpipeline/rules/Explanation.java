package org.transcriptpipeline.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a handoff has its rule. It holds words of the rule file, and none of the handoff's.
///
/// @param rule null: none fits
/// @param misses the rules before it, in their order
public record Explanation(@Nullable Rule rule, List<Miss> misses) {

    public Explanation {
        misses = List.copyOf(misses);
    }

    /// A rule that does not fit.
    public record Miss(String rule, List<Unfit> questions) {
        public Miss {
            questions = List.copyOf(questions);
        }
    }

    /// A question that the handoff answers otherwise.
    ///
    /// @param question as the file names it: `flow`, `our-number`, `answers.topic`, …
    /// @param wanted what the file asks for
    /// @param isKnown false: the handoff says nothing about it
    public record Unfit(String question, List<String> wanted, boolean isKnown) {
        public Unfit {
            wanted = List.copyOf(wanted);
        }
    }
}
