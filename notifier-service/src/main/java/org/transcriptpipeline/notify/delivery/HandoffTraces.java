package org.transcriptpipeline.notify.delivery;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The trace that a handoff is part of, as the archiver keeps it with its row. Asked only while traces are on.
final class HandoffTraces {

    private static final Logger log = LoggerFactory.getLogger(HandoffTraces.class);

    private final JdbcClient jdbc;

    HandoffTraces(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @return null: nobody traces it, or the store does not say. No delivery fails for its trace.
    @Nullable
    String of(String handoffId) {
        try {
            return jdbc.sql("""
                            SELECT traceparent
                            FROM store.handoffs
                            WHERE handoff_id = :handoffId AND traceparent IS NOT NULL
                            """).param("handoffId", handoffId).query((row, _) -> row.getString(1)).list().stream()
                    .findFirst()
                    .orElse(null);
        } catch (DataAccessException e) {
            log.atInfo()
                    .addKeyValue("handoffId", handoffId)
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("The handoff's trace could not be read; this delivery is not traced");
            return null;
        }
    }
}
