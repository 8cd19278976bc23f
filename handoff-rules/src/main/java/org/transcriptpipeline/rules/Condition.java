package org.transcriptpipeline.rules;

import java.util.List;
import java.util.Map;

/// What a handoff must be like for a rule. An empty list asks nothing; of several values one must fit; of several
/// questions all must fit.
///
/// @param reasons compared without case
/// @param answers by the answer's name; values compared as text, without case
public record Condition(
        List<String> flows,
        List<String> accounts,
        List<String> ourAddresses,
        List<String> channels,
        List<String> triggers,
        List<String> reasons,
        Map<String, List<String>> answers) {

    public static final Condition ANYTHING =
            new Condition(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of());

    public Condition {
        flows = List.copyOf(flows);
        accounts = List.copyOf(accounts);
        ourAddresses = List.copyOf(ourAddresses);
        channels = List.copyOf(channels);
        triggers = List.copyOf(triggers);
        reasons = List.copyOf(reasons);
        answers = Map.copyOf(answers);
    }

    /// Shows no words of anybody.
    @Override
    public String toString() {
        return "Condition";
    }
}
