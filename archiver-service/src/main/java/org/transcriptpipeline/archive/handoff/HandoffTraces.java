package org.transcriptpipeline.archive.handoff;

import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// Which trace a handoff goes on with: that of the record that told of the end. It settles for a minute, perhaps in
/// another process, so the trace is kept with its row.
@Component
public class HandoffTraces {

    private final JdbcTemplate jdbc;

    HandoffTraces(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Runs in the transaction of the batch, behind [HandoffTriggers#apply]. The first trace stays.
    ///
    /// @param traceparents by the trigger's id; of sampled records only, so usually empty
    public void keep(Map<String, String> traceparents) {
        if (traceparents.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                UPDATE store.handoffs AS h
                SET traceparent = t.traceparent
                FROM unnest(?::text[], ?::text[]) AS t (event_id, traceparent)
                JOIN store.handoff_triggers g ON g.event_id = t.event_id
                WHERE h.handoff_id = g.handoff_id AND h.traceparent IS NULL
                """,
                traceparents.keySet().toArray(String[]::new),
                traceparents.values().toArray(String[]::new));
    }
}
