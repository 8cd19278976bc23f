package org.transcriptpipeline.archive.answers;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.OneAtATime;
import org.transcriptpipeline.archive.OneAtATime.Work;
import org.transcriptpipeline.archive.ScheduledRound;

/// Counts the days anew on which the merge changed something. A day is counted as a whole from the rows, never
/// incremented, so a repeat or an interruption changes nothing.
///
/// One archiver at a time; the counting itself is SQL of migration V018.
@Component
class DayCounter {

    private static final int CHANGES_AT_ONCE = 200;

    /// A day of a million messages takes seconds; a transaction should not take a minute.
    private static final int DAYS_AT_ONCE = 7;

    private final JdbcTemplate jdbc;
    private final OneAtATime oneAtATime;
    private final Counter counted;
    private volatile double lagSeconds = Double.NaN;

    DayCounter(JdbcTemplate jdbc, OneAtATime oneAtATime, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.oneAtATime = oneAtATime;
        this.counted = Counter.builder("transcripts_days_counted")
                .description("Days whose counts were made anew for the views by day and hour")
                .register(meters);
        Gauge.builder("transcripts_days_lag", this, counter -> counter.lagSeconds)
                .description("How long the oldest change waits to be counted; 0: nothing waits")
                .baseUnit("seconds")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "${transcripts.answers.check-interval:15s}")
    void count() {
        ScheduledRound.run("count days", () -> {
            while (Boolean.TRUE.equals(oneAtATime.inTurn(Work.DAYS, this::noteDue))) {
                // there may be more
            }
            Integer days;
            do {
                days = oneAtATime.inTurn(Work.DAYS, this::countDue);
                counted.increment(days == null ? 0 : days);
            } while (days != null && days > 0);
            var lag = jdbc.queryForObject("SELECT lag_seconds FROM transcripts.answers_freshness", Double.class);
            lagSeconds = lag == null ? Double.NaN : lag;
        });
    }

    private boolean noteDue() {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("SELECT store.note_days_due(?)", Boolean.class, CHANGES_AT_ONCE));
    }

    private int countDue() {
        var days = jdbc.queryForObject("SELECT store.count_days_due(?)", Integer.class, DAYS_AT_ONCE);
        return days == null ? 0 : days;
    }
}
