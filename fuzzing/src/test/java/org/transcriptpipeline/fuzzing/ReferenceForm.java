package org.transcriptpipeline.fuzzing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A form read by splitting and replacing, as slow and as plain as can be: the oracle for the parser that ingest uses.
/// Text holds one character per byte.
public final class ReferenceForm {

    private static final Pattern ESCAPE = Pattern.compile("%([0-9a-fA-F]{2})");

    private ReferenceForm() {}

    public record Pair(String name, String value) {}

    public static List<Pair> pairs(byte[] body) {
        var pairs = new ArrayList<Pair>();
        for (var piece : new String(body, ISO_8859_1).split("&", -1)) {
            if (!piece.isEmpty()) {
                var halves = piece.split("=", 2);
                pairs.add(new Pair(decoded(halves[0]), halves.length == 1 ? "" : decoded(halves[1])));
            }
        }
        return pairs;
    }

    /// What Twilio signs of a form: each pair once, sorted by the text that its bytes spell.
    public static String signedPart(List<Pair> pairs) {
        var signed = new StringBuilder();
        pairs.stream()
                .distinct()
                .sorted(Comparator.comparing((Pair pair) -> spelled(pair.name()))
                        .thenComparing(Pair::name)
                        .thenComparing(pair -> spelled(pair.value()))
                        .thenComparing(Pair::value))
                .forEach(pair -> signed.append(pair.name()).append(pair.value()));
        return signed.toString();
    }

    private static String spelled(String bytes) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }

    private static String decoded(String text) {
        return ESCAPE.matcher(text.replace('+', ' '))
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
    }
}
