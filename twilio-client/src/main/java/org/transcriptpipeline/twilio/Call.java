package org.transcriptpipeline.twilio;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.transport.Ask;
import org.transcriptpipeline.twilio.transport.Parameter;
import org.transcriptpipeline.twilio.transport.Verb;

/// One thing that Twilio is asked for, being put together.
final class Call {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[A-Za-z]+}");
    private static final Pattern UNFIT_FOR_A_PATH = Pattern.compile("[/\\\\?#%\\p{Cntrl}]|^\\.{0,2}$");

    private final Verb verb;
    private final String name;
    private final String product;
    private final String pattern;
    private final String path;
    private final List<Parameter> query = new ArrayList<>();
    private final List<Parameter> form = new ArrayList<>();
    private final List<Parameter> headers = new ArrayList<>();

    /// @param name for metrics
    /// @param product the first label of the host
    /// @param pattern the path with placeholders, as Twilio describes it
    /// @param segments what the placeholders stand for, in their order
    Call(Verb verb, String name, String product, String pattern, String... segments) {
        this.verb = verb;
        this.name = name;
        this.product = product;
        this.pattern = pattern;
        this.path = filled(pattern, List.of(segments));
    }

    static String[] segments(String first, String... others) {
        return Stream.concat(Stream.of(first), Stream.of(others)).toArray(String[]::new);
    }

    private static String filled(String pattern, List<String> segments) {
        var left = segments.iterator();
        return PLACEHOLDER.matcher(pattern).replaceAll(_ -> Matcher.quoteReplacement(checked(left.next())));
    }

    private static String checked(String segment) {
        if (UNFIT_FOR_A_PATH.matcher(segment).find()) {
            throw new IllegalArgumentException("Neither a SID nor a name that could be part of a path.");
        }
        return segment;
    }

    /// @param value null: left out
    Call query(String parameter, @Nullable Object value) {
        return add(query, parameter, value);
    }

    /// @param value null: left out, so that it stays as it is; empty: sent, which removes a setting
    Call form(String parameter, @Nullable Object value) {
        return add(form, parameter, value);
    }

    /// @param values null: left out; a list is the same parameter several times
    Call formEach(String parameter, @Nullable List<String> values) {
        if (values != null) {
            values.forEach(value -> form(parameter, value));
        }
        return this;
    }

    Call header(String header, String value) {
        return add(headers, header, value);
    }

    private Call add(List<Parameter> to, String parameter, @Nullable Object value) {
        if (value != null) {
            to.add(new Parameter(parameter, value.toString()));
        }
        return this;
    }

    String name() {
        return name;
    }

    String product() {
        return product;
    }

    /// Whether asking twice is the same as asking once.
    boolean isRepeatable() {
        return verb == Verb.GET;
    }

    Ask ask() {
        return new Ask(verb, "https://" + product + ".twilio.com" + path, query, form, headers);
    }

    /// The same list, further on.
    Ask askForPage(String pageUrl) {
        return new Ask(verb, pageUrl, List.of(), form, headers);
    }

    /// Method and path pattern: what may be printed.
    @Override
    public String toString() {
        return verb + " " + pattern;
    }
}
