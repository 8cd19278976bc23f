package org.transcriptpipeline.archive.reading;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.access.TeamTransactions;
import org.transcriptpipeline.archive.reading.Overview.Count;
import org.transcriptpipeline.archive.reading.Overview.Day;
import org.transcriptpipeline.archive.reading.Overview.Failure;
import org.transcriptpipeline.archive.reading.Overview.Funnel;
import org.transcriptpipeline.archive.reading.Overview.Source;
import org.transcriptpipeline.archive.reading.Overview.Verdicts;

/// How it goes, from the counts by day: a few hundred rows, however many messages there are.
@Component
public class Overviews {

    private static final int MOST_CAUSES = 10;

    private final JdbcTemplate jdbc;
    private final TeamTransactions transactions;

    Overviews(JdbcTemplate jdbc, TeamTransactions transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /// What the reader's team may see of some days.
    ///
    /// @param first and last day (UTC), both included
    public Overview of(Reader reader, LocalDate first, LocalDate last) {
        return transactions.under(
                reader,
                () -> new Overview(
                        days(first, last),
                        funnel(first, last),
                        failures(first, last),
                        verdicts(first, last),
                        handoffs(first, last),
                        sources(),
                        count("""
                                SELECT count(*)
                                FROM transcripts.quarantined_records q
                                WHERE q.replayed_at IS NULL
                                    AND q.dropped_at IS NULL
                                """),
                        count("SELECT count(*) FROM transcripts.unrecognised_events"),
                        jdbc
                                .query(
                                        "SELECT f.counted_at FROM transcripts.answers_freshness f",
                                        (row, _) -> java.util.Optional.ofNullable(Rows.time(row, "counted_at")))
                                .stream()
                                .flatMap(java.util.Optional::stream)
                                .findFirst()
                                .orElse(null)));
    }

    private List<Day> days(LocalDate first, LocalDate last) {
        return jdbc.query(
                """
                SELECT
                    days.day::date AS day,
                    coalesce(sum(c.conversation_count), 0) AS conversations,
                    coalesce(sum(c.inbound_count), 0) AS inbound,
                    coalesce(sum(c.outbound_count), 0) AS outbound
                FROM generate_series(?::date, ?::date, interval '1 day') AS days (day)
                LEFT JOIN transcripts.conversations_daily c ON c.day = days.day::date
                GROUP BY days.day
                ORDER BY days.day
                """,
                (row, _) -> new Day(
                        row.getObject("day", LocalDate.class),
                        row.getLong("conversations"),
                        row.getLong("inbound"),
                        row.getLong("outbound")),
                first,
                last);
    }

    private Funnel funnel(LocalDate first, LocalDate last) {
        return one(jdbc.query(
                """
                SELECT
                    coalesce(sum(f.delivery_count), 0) AS deliveries,
                    coalesce(sum(f.sent_count), 0) AS sent,
                    coalesce(sum(f.delivered_count), 0) AS delivered,
                    coalesce(sum(f.read_count), 0) AS read,
                    coalesce(sum(f.failed_count), 0) AS failed,
                    coalesce(sum(f.open_count), 0) AS open
                FROM transcripts.delivery_funnel f
                WHERE f.day BETWEEN ? AND ?
                """,
                (row, _) -> new Funnel(
                        row.getLong("deliveries"),
                        row.getLong("sent"),
                        row.getLong("delivered"),
                        row.getLong("read"),
                        row.getLong("failed"),
                        row.getLong("open")),
                first,
                last));
    }

    private List<Failure> failures(LocalDate first, LocalDate last) {
        return jdbc.query(
                """
                SELECT f.error_code, f.meaning, f.advice, sum(f.failed_count) AS failed
                FROM transcripts.delivery_failures f
                WHERE f.day BETWEEN ? AND ?
                GROUP BY f.error_code, f.meaning, f.advice
                ORDER BY failed DESC, f.error_code
                LIMIT ?
                """,
                (row, _) -> new Failure(
                        Rows.smallNumber(row, "error_code"),
                        row.getString("meaning"),
                        row.getString("advice"),
                        row.getLong("failed")),
                first,
                last,
                MOST_CAUSES);
    }

    private Verdicts verdicts(LocalDate first, LocalDate last) {
        return one(jdbc.query(
                """
                SELECT
                    coalesce(sum(c.complete_count), 0) AS complete,
                    coalesce(sum(c.reconciling_count), 0) AS reconciling,
                    coalesce(sum(c.gap_count), 0) AS gap,
                    coalesce(sum(c.unverified_count), 0) AS unverified
                FROM transcripts.completeness_daily c
                WHERE c.day BETWEEN ? AND ?
                """,
                (row, _) -> new Verdicts(
                        row.getLong("complete"),
                        row.getLong("reconciling"),
                        row.getLong("gap"),
                        row.getLong("unverified")),
                first,
                last));
    }

    private List<Count> handoffs(LocalDate first, LocalDate last) {
        return jdbc.query("""
                SELECT h.status, count(DISTINCT h.handoff_id) AS handoffs
                FROM transcripts.handoffs h
                WHERE h.requested_at >= ?::date
                    AND h.requested_at < ?::date + 1
                GROUP BY h.status
                ORDER BY h.status
                """, (row, _) -> new Count(row.getString("status"), row.getLong("handoffs")), first, last);
    }

    private List<Source> sources() {
        return jdbc.query(
                """
                SELECT f.source, max(f.last_received_at) AS last_received_at, max(f.lag_seconds) AS lag_seconds
                FROM transcripts.freshness f
                GROUP BY f.source
                ORDER BY f.source
                """,
                (row, _) -> new Source(
                        row.getString("source"),
                        Rows.knownTime(row, "last_received_at"),
                        row.getBigDecimal("lag_seconds")));
    }

    private long count(String sql) {
        return Objects.requireNonNull(jdbc.queryForObject(sql, Long.class), "a count");
    }

    private static <T> T one(List<T> rows) {
        return rows.getFirst(); // an aggregate has a row
    }
}
