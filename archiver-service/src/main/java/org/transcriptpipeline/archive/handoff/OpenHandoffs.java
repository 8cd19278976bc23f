package org.transcriptpipeline.archive.handoff;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Gauges of the handoffs that wait for something, counted by their partial indexes. Not a number while the
/// database does not answer: a gauge that stands still would look well.
@Component
class OpenHandoffs {

    private final JdbcTemplate jdbc;
    private volatile Map<String, Long> counts = Map.of();

    OpenHandoffs(JdbcTemplate jdbc, MeterRegistry meters) {
        this.jdbc = jdbc;
        for (var state : new String[] {"settling", "unpublished", "window_open", "to_be_taken"}) {
            meters.gauge("transcripts_handoffs_open", Tags.of("state", state), this, open -> open.in(state));
        }
    }

    private double in(String state) {
        var count = counts.get(state);
        return count == null ? Double.NaN : count;
    }

    @Scheduled(fixedDelay = 10_000)
    void count() {
        try {
            counts = jdbc.queryForObject(
                    """
                    SELECT
                        (SELECT count(*) FROM store.handoffs WHERE status = 'settling') AS settling,
                        (SELECT count(*) FROM store.handoff_snapshots WHERE published_at IS NULL) AS unpublished,
                        (SELECT count(*) FROM store.handoffs WHERE look_at IS NOT NULL) AS window_open,
                        (SELECT count(*) FROM store.handoffs WHERE remind_at IS NOT NULL AND taken_at IS NULL) AS to_be_taken
                    """,
                    (row, _) -> Map.of(
                            "settling", row.getLong("settling"),
                            "unpublished", row.getLong("unpublished"),
                            "window_open", row.getLong("window_open"),
                            "to_be_taken", row.getLong("to_be_taken")));
        } catch (DataAccessException e) {
            counts = Map.of();
        }
    }
}
