package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// What the store says about itself, counted every half minute and never by a scrape: verdicts, repaired messages,
/// events that nobody has dealt with, and how far the database's clock is from ours. Not a number while the database
/// does not answer.
///
/// Bounded, however large the store: of the conversations the newest [#MOST_CONVERSATIONS] with a message within a
/// day, by their index; gaps of any age by theirs, which holds only conversations with something missing.
@Component
class StoreGauges {

    private static final Logger log = LoggerFactory.getLogger(StoreGauges.class);
    private static final int MOST_CONVERSATIONS = 10_000;
    private static final int MOST_EVENTS = 1_000;
    private static final int SECONDS_FOR_AN_ANSWER = 5;
    private static final String[] VERDICTS = {"complete", "reconciling", "unverified", "gap"};

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private volatile @Nullable Counts counts;

    /// @param clockOffset how far the database's clock is ahead of ours
    private record Counts(Map<String, Long> byVerdict, long repaired, long unrecognised, Duration clockOffset) {}

    StoreGauges(DataSource dataSource, Clock clock, MeterRegistry meters) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.jdbc.setQueryTimeout(SECONDS_FOR_AN_ANSWER);
        this.clock = clock;
        for (var verdict : VERDICTS) {
            Gauge.builder(
                            "transcripts_conversations",
                            this,
                            g -> g.value(c -> c.byVerdict().getOrDefault(verdict, 0L)))
                    .description("Conversations with a message within a day, the newest ones; with a gap of any age")
                    .tag("verdict", verdict)
                    .register(meters);
        }
        Gauge.builder("transcripts_messages_repaired", this, g -> g.value(Counts::repaired))
                .description("Messages of these conversations whose webhook should have come and did not")
                .register(meters);
        Gauge.builder("transcripts_unrecognised_events", this, g -> g.value(Counts::unrecognised))
                .description("Events that nobody has dealt with, up to " + MOST_EVENTS)
                .register(meters);
        Gauge.builder(
                        "transcripts_database_clock_offset",
                        this,
                        g -> g.value(c -> c.clockOffset().toMillis() / 1000.0))
                .description("How far the database's clock is ahead of this host's")
                .baseUnit("seconds")
                .register(meters);
    }

    private double value(ToDoubleFunction<Counts> of) {
        var seen = counts;
        return seen == null ? Double.NaN : of.applyAsDouble(seen);
    }

    @Scheduled(fixedDelay = 30_000)
    void count() {
        try {
            counts = jdbc.queryForObject(
                    """
                    WITH newest AS MATERIALIZED (
                        SELECT c.verdict, c.repaired_count
                        FROM transcripts.conversations c
                        WHERE c.last_message_at > now() - interval '1 day'
                        ORDER BY c.last_message_at DESC NULLS LAST
                        LIMIT ?
                    )
                    SELECT
                        count(*) FILTER (WHERE n.verdict = 'complete') AS complete,
                        count(*) FILTER (WHERE n.verdict = 'reconciling') AS reconciling,
                        count(*) FILTER (WHERE n.verdict = 'unverified') AS unverified,
                        (
                            SELECT count(*)
                            FROM (
                                SELECT c.verdict
                                FROM store.conversations m
                                JOIN transcripts.conversations c USING (conversation_sid)
                                WHERE m.missing_count > 0
                                LIMIT ?
                            ) g
                            WHERE g.verdict = 'gap'
                        ) AS gap,
                        coalesce(sum(n.repaired_count), 0) AS repaired,
                        (SELECT count(*) FROM (SELECT FROM transcripts.unrecognised_events LIMIT ?) u) AS unrecognised,
                        extract(epoch FROM clock_timestamp()) * 1000 AS now_millis
                    FROM newest n
                    """,
                    (row, _) -> new Counts(
                            Map.of(
                                    "complete", row.getLong("complete"),
                                    "reconciling", row.getLong("reconciling"),
                                    "unverified", row.getLong("unverified"),
                                    "gap", row.getLong("gap")),
                            row.getLong("repaired"),
                            row.getLong("unrecognised"),
                            Duration.ofMillis(row.getLong("now_millis") - clock.millis())),
                    MOST_CONVERSATIONS,
                    MOST_CONVERSATIONS,
                    MOST_EVENTS);
        } catch (DataAccessException e) {
            counts = null;
            log.atWarn().addKeyValue("reason", e.getClass().getSimpleName()).log("The store could not be counted");
        }
    }
}
