package org.transcriptpipeline.archive.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Tells all archivers of the database what this one has committed, four times a second at most. In a statement of its
/// own: within a merge it would make each commit of the whole server wait for the others.
@Component
class ChangeNotifier {

    static final String CHANNEL = "transcripts_changes";

    private final ConversationChanges changes;
    private final JdbcTemplate jdbc;
    private final Counter failures;

    ChangeNotifier(ConversationChanges changes, JdbcTemplate jdbc, MeterRegistry meters) {
        this.changes = changes;
        this.jdbc = jdbc;
        this.failures = meters.counter("transcripts.console.live.failures");
    }

    /// Where Postgres does not take it the next round says that any may have changed.
    @Scheduled(fixedDelay = 250)
    void tell() {
        var taken = changes.take();
        if (taken == null) {
            return;
        }
        try {
            jdbc.query("SELECT pg_notify(?, ?)", _ -> {}, CHANNEL, taken.payload());
        } catch (DataAccessException _) { // a database that is away is told by health and by the merge
            failures.increment();
            changes.noteAny();
        }
    }
}
