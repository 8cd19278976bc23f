package org.transcriptpipeline.rules;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;

/// Hours in which nothing is sent. What is ready then goes out at their end, or when it has waited long enough.
///
/// @param from begins each day, `20:00`
/// @param to ends, on the next day where it is earlier than `from`
/// @param zone whose clock counts
/// @param sendAnywayAfter the longest wait, counted from when the transcript was ready
public record QuietHours(LocalTime from, LocalTime to, ZoneId zone, Duration sendAnywayAfter) {}
