package org.transcriptpipeline.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// A time as a person gives it: a day, which begins at midnight UTC, or an instant.
public final class PointInTime {

    private PointInTime() {}

    /// @param option whose value it is
    /// @throws WrongUseException where it is neither
    public static Instant parse(String text, String option) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException _) {
            throw new WrongUseException(option + " is a day, 2026-11-01, or a time, 2026-11-01T08:00:00Z.");
        }
    }
}
