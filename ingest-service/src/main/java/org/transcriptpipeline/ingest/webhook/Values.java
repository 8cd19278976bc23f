package org.transcriptpipeline.ingest.webhook;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// The types that Twilio means, read from text. Null: it is none of that type.
final class Values {

    private static final int LONGEST_SID = 64;

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Values() {}

    /// A SID is 34 characters of these; what is not can neither be a key nor stand in a log.
    static boolean isSid(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '_' && c != '-') {
                return false;
            }
        }
        return length > 0 && length <= LONGEST_SID;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /// ISO 8601 with an offset. What looks as Twilio's times do, `2026-11-01T08:00:00.123Z`, is read without the JDK's
    /// parser, which gives the same.
    static @Nullable Instant time(String text) {
        try {
            var usual = usualTime(text);
            var time = usual != null ? usual : OffsetDateTime.parse(text).toInstant();
            return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// Null: it does not look so.
    ///
    /// @throws DateTimeException where it does and is no time
    private static @Nullable Instant usualTime(String text) {
        int length = text.length();
        if (length < 20
                || length > 30
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || text.charAt(length - 1) != 'Z'
                || (length > 20 && (length == 21 || text.charAt(19) != '.'))) {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        int fraction = length == 20 ? 0 : number(text, 20, length - 1);
        if ((year | month | day | hour | minute | second | fraction) < 0) {
            return null;
        }
        for (int digits = length == 20 ? 9 : length - 21; digits < 9; digits++) {
            fraction *= 10;
        }
        return LocalDateTime.of(year, month, day, hour, minute, second, fraction)
                .toInstant(ZoneOffset.UTC);
    }

    /// Negative: not digits alone.
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
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
