package org.transcriptpipeline.simulator.rest;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.TwilioRefusal;

/// Dates as Twilio's REST APIs write and read them: whole seconds.
final class Dates {

    /// `Mon, 02 Mar 2026 14:05:11 +0000`, in the oldest API.
    private static final DateTimeFormatter MAIL = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Dates() {}

    /// `2026-03-02T14:05:09Z`
    static @Nullable String iso(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static @Nullable String mail(@Nullable Instant time) {
        return time == null ? null : MAIL.format(time);
    }

    /// A date with time, or a day, of which this is the beginning.
    static @Nullable Instant from(@Nullable String text, String name) {
        return read(text, name, 0);
    }

    /// A date with time, or a day, of which this is the end.
    static @Nullable Instant until(@Nullable String text, String name) {
        return read(text, name, 1);
    }

    /// `PT10M`, `P1D`
    static @Nullable Duration duration(@Nullable String text, String name) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return text.contains("T")
                    ? Duration.parse(text)
                    : Duration.ofDays(Period.parse(text).getDays());
        } catch (DateTimeException _) {
            throw TwilioRefusal.badRequest(name + " is not an ISO 8601 duration");
        }
    }

    private static @Nullable Instant read(@Nullable String text, String name, int daysLater) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text)
                            .plusDays(daysLater)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant();
        } catch (DateTimeException _) {
            throw TwilioRefusal.badRequest(name + " is not an ISO 8601 date");
        }
    }
}
