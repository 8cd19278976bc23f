package org.transcriptpipeline.ingest.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Values by name, as the types that Twilio means. What cannot be understood is absent and noted, never refused.
interface NamedValues {

    /// Text; null where there is none, or where it is empty.
    @Nullable
    String filled(String name);

    /// Code of what could not be understood, with the name of the value and never the value itself.
    void note(String note);

    default @Nullable String sid(String name) {
        var text = filled(name);
        if (text == null || Values.isSid(text)) {
            return text;
        }
        note("invalid_sid:" + name);
        return null;
    }

    default @Nullable Instant time(String name) {
        var text = filled(name);
        var time = text == null ? null : Values.time(text);
        if (text != null && time == null) {
            note("invalid_timestamp:" + name);
        }
        return time;
    }

    default @Nullable Long count(String name) {
        var text = filled(name);
        var number = text == null ? null : Values.count(text);
        if (text != null && number == null) {
            note("invalid_number:" + name);
        }
        return number;
    }

    default @Nullable Integer code(String name) {
        var number = count(name);
        if (number != null && number > Integer.MAX_VALUE) {
            note("invalid_number:" + name);
            return null;
        }
        return number == null ? null : number.intValue();
    }

    default @Nullable Boolean flag(String name) {
        var text = filled(name);
        if (text == null) {
            return null;
        }
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return text.equalsIgnoreCase("true");
        }
        note("invalid_boolean:" + name);
        return null;
    }
}
