package org.transcriptpipeline.benchmarks;

import java.time.Duration;
import java.util.List;

/// What storing took once.
///
/// @param perSecond rows or events
/// @param seconds of processor time for 10 000 events, of all that write
/// @param postgresSeconds the same, of Postgres
record Turn(double perSecond, double seconds, double postgresSeconds) {

    private static final int EVENTS = 10_000; // that processor time is given for

    /// The names of [#columns], for a table in Markdown.
    static String header(String ratio) {
        return "a second | " + ratio + " | processor s | Postgres' |";
    }

    /// @param counted rows or events between the first time and the last, in nanoseconds
    /// @param all that the processor time is divided by
    static Turn of(long counted, long first, long last, Duration spent, Duration postgres, long all) {
        return new Turn(counted / ((last - first) / 1e9), forEvents(spent, all), forEvents(postgres, all));
    }

    private static double forEvents(Duration spent, long all) {
        return spent.toNanos() / 1e9 / all * EVENTS;
    }

    /// Medians with their spread.
    static String columns(List<Turn> turns, double ratio) {
        return "%s | %.2f | %s | %s |"
                .formatted(
                        Figures.spread(turns, Turn::perSecond, "%.0f"),
                        ratio,
                        Figures.spread(turns, Turn::seconds, "%.2f"),
                        Figures.spread(turns, Turn::postgresSeconds, "%.2f"));
    }
}
