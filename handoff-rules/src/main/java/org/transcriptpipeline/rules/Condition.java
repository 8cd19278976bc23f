package org.transcriptpipeline.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a handoff must be like for a rule. An empty list asks nothing; of several values one must fit; of several
/// questions all must fit.
///
/// @param ourAddresses compared without the prefix of a channel: `+1…` is `whatsapp:+1…` too
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

    private static final Pattern CHANNEL_PREFIX = Pattern.compile("[a-z]+:");

    public Condition {
        flows = List.copyOf(flows);
        accounts = List.copyOf(accounts);
        ourAddresses = List.copyOf(ourAddresses);
        channels = List.copyOf(channels);
        triggers = List.copyOf(triggers);
        reasons = List.copyOf(reasons);
        answers = Map.copyOf(answers);
    }

    public boolean isAnything() {
        return equals(ANYTHING);
    }

    public boolean fits(Facts facts) {
        return unfit(facts).isEmpty();
    }

    /// The questions that the handoff answers otherwise, or not at all.
    List<Explanation.Unfit> unfit(Facts facts) {
        var unfit = new ArrayList<Explanation.Unfit>();
        ask("flow", flows, facts.flowSid(), unfit);
        ask("account", accounts, facts.accountSid(), unfit);
        ask("our-number", ourAddresses, facts.ourAddress(), unfit);
        ask("channel", channels, facts.channel(), unfit);
        ask("trigger", triggers, facts.trigger(), unfit);
        ask("reason", reasons, facts.reason(), unfit);
        new TreeMap<>(answers)
                .forEach((name, wanted) ->
                        ask("answers." + name, wanted, facts.answers().get(name), unfit));
        return unfit;
    }

    private static void ask(
            String question, List<String> wanted, @Nullable Object given, List<Explanation.Unfit> unfit) {
        if (!wanted.isEmpty() && wanted.stream().noneMatch(w -> isSame(w, given))) {
            unfit.add(new Explanation.Unfit(question, wanted, given != null));
        }
    }

    /// Of an answer that is a list one entry has to be the same; what is neither text nor number never is.
    private static boolean isSame(String wanted, @Nullable Object given) {
        return switch (given) {
            case Collection<?> several -> several.stream().anyMatch(one -> isSame(wanted, one));
            case CharSequence text -> bare(wanted).equalsIgnoreCase(bare(text.toString()));
            case Number number -> wanted.strip().equals(number.toString());
            case Boolean bool -> wanted.strip().equalsIgnoreCase(bool.toString());
            case null, default -> false;
        };
    }

    private static String bare(String text) {
        var stripped = text.strip();
        var prefix = CHANNEL_PREFIX.matcher(stripped);
        return prefix.lookingAt() && stripped.startsWith("+", prefix.end())
                ? stripped.substring(prefix.end())
                : stripped;
    }

    /// Shows no words of anybody.
    @Override
    public String toString() {
        return "Condition";
    }
}
