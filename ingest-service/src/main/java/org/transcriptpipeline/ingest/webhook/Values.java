package org.transcriptpipeline.ingest.webhook;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The types that Twilio means, read from text. Null: it is none of that type.
final class Values {

    /// A SID is 34 characters of this; what is not can neither be a key nor stand in a log.
    private static final Pattern SID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Values() {}

    static boolean isSid(String text) {
        return SID.matcher(text).matches();
    }

    static @Nullable Instant time(String text) {
        try {
            var time = OffsetDateTime.parse(text).toInstant();
            return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// A whole number from 0 on.
    static @Nullable Long count(String text) {
        try {
            long number = Long.parseLong(text);
            return number < 0 ? null : number;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
