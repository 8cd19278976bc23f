package org.transcriptpipeline.rules;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/// Hours in which nothing is sent. What is ready then goes out at their end, or when it has waited long enough.
///
/// @param from begins each day, `20:00`
/// @param to ends, on the next day where it is earlier than `from`
/// @param zone whose clock counts
/// @param sendAnywayAfter the longest wait, counted from when the transcript was ready
public record QuietHours(LocalTime from, LocalTime to, ZoneId zone, Duration sendAnywayAfter) {

    /// When something may go out: now, at the end of the quiet hours, or when it has waited long enough.
    ///
    /// @param readyAt when it was ready
    public Instant earliest(Instant now, Instant readyAt) {
        if (!isQuiet(now)) {
            return now;
        }
        var enough = readyAt.plus(sendAnywayAfter);
        if (!enough.isAfter(now)) {
            return now;
        }
        var end = end(now);
        return end.isBefore(enough) ? end : enough;
    }

    private boolean isQuiet(Instant now) {
        var time = now.atZone(zone).toLocalTime();
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !time.isBefore(from) || time.isBefore(to);
    }

    private Instant end(Instant now) {
        var here = now.atZone(zone);
        var today = here.with(to);
        return (today.isAfter(here) ? today : today.plusDays(1)).toInstant();
    }
}
