package org.transcriptpipeline.cli.doctor;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The queries that may have been signed, given the one that arrived: what proxies do to encoding and order,
/// undone.
final class QueryForms {

    private static final Pattern ESCAPE = Pattern.compile("%([0-9a-fA-F]{2})");
    private static final Pattern UNESCAPED = Pattern.compile("[:/@,;!$'()*?~]");

    private static final Map<String, UnaryOperator<String>> REWRITINGS = rewritings();

    private QueryForms() {}

    /// The query without its question mark, empty for none, and what differs; the one that arrived comes first.
    static Map<String, Optional<Deviation>> of(SuspectRequest request) {
        var forms = new LinkedHashMap<String, Optional<Deviation>>();
        var query = request.query() == null ? "" : request.query();
        forms.put(query, Optional.empty());
        REWRITINGS.forEach((name, rewriting) ->
                forms.putIfAbsent(rewriting.apply(query), Optional.of(new Deviation(Cause.QUERY_REENCODED, name))));
        var dropped = Optional.of(Deviation.of(Cause.QUERY_DROPPED));
        forms.putIfAbsent("", dropped);
        if (!query.contains("bodySHA256=")) {
            var hash = "bodySHA256=" + sha256(request.body());
            forms.putIfAbsent(query.isEmpty() ? hash : query + "&" + hash, dropped);
        }
        return forms;
    }

    private static Map<String, UnaryOperator<String>> rewritings() {
        var rewritings = new LinkedHashMap<String, UnaryOperator<String>>();
        rewritings.put("blanks were signed as %20", query -> query.replace("+", "%20"));
        rewritings.put("blanks were signed as +", query -> query.replace("%20", "+"));
        rewritings.put("plus signs were signed unescaped", query -> query.replaceAll("(?i)%2b", "+"));
        rewritings.put("plus signs were signed as %2B", query -> query.replace("+", "%2B"));
        rewritings.put(
                "escapes were signed in upper case", query -> escapes(query, hex -> hex.toUpperCase(Locale.ROOT)));
        rewritings.put(
                "escapes were signed in lower case", query -> escapes(query, hex -> hex.toLowerCase(Locale.ROOT)));
        rewritings.put("punctuation was signed unescaped", QueryForms::unescaped);
        rewritings.put("punctuation was signed escaped", QueryForms::escaped);
        rewritings.put(
                "everything was signed unescaped",
                query -> ESCAPE.matcher(query.replace("+", " "))
                        .replaceAll(escape -> Matcher.quoteReplacement(
                                String.valueOf((char) Integer.parseInt(escape.group(1), 16)))));
        rewritings.put(
                "parameters were signed in another order",
                query -> Arrays.stream(query.split("&")).sorted().collect(Collectors.joining("&")));
        rewritings.put(
                "parameters were signed in reverse order",
                query -> Arrays.asList(query.split("&")).reversed().stream().collect(Collectors.joining("&")));
        rewritings.put("empty parameters were signed without =", query -> query.replaceAll("=(?=&|$)", ""));
        rewritings.put(
                "empty parameters were signed with =",
                query -> Arrays.stream(query.split("&"))
                        .map(pair -> pair.isEmpty() || pair.contains("=") ? pair : pair + "=")
                        .collect(Collectors.joining("&")));
        return rewritings;
    }

    private static String escapes(String query, UnaryOperator<String> change) {
        return ESCAPE.matcher(query).replaceAll(escape -> "%" + change.apply(escape.group(1)));
    }

    private static String unescaped(String query) {
        return ESCAPE.matcher(query).replaceAll(escape -> {
            var character = String.valueOf((char) Integer.parseInt(escape.group(1), 16));
            return Matcher.quoteReplacement(UNESCAPED.matcher(character).matches() ? character : escape.group());
        });
    }

    private static String escaped(String query) {
        return UNESCAPED
                .matcher(query)
                .replaceAll(found -> "%%%02X".formatted((int) found.group().charAt(0)));
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
