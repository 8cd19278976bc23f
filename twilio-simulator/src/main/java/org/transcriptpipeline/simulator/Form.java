package org.transcriptpipeline.simulator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the parameters of a request. What is null is left out, as Twilio does with optional ones.
final class Form {

    /// Always with milliseconds, as seen in captures; `Instant.toString` drops them where they are zero.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final List<Parameter> parameters = new ArrayList<>();

    Form with(String name, @Nullable Object value) {
        if (value != null) {
            parameters.add(new Parameter(name, value.toString()));
        }
        return this;
    }

    Form with(String name, Instant time) {
        return with(name, TIME.format(time));
    }

    Form and(Form other) {
        parameters.addAll(other.parameters);
        return this;
    }

    /// Milliseconds, `2026-03-02T14:05:09.611Z`.
    static String time(Instant time) {
        return TIME.format(time);
    }

    List<Parameter> parameters() {
        return parameters;
    }
}
