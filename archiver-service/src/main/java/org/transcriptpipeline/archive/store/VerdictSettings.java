package org.transcriptpipeline.archive.store;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// Tells the views how long a message may be late before it is missing.
@Component
class VerdictSettings implements ApplicationRunner {

    private final JdbcTemplate jdbc;
    private final StoreProperties properties;

    VerdictSettings(JdbcTemplate jdbc, StoreProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        jdbc.update(
                """
                UPDATE store.verdict_settings
                SET missing_grace = ?::interval
                WHERE missing_grace <> ?::interval
                """,
                properties.missingGrace().toString(),
                properties.missingGrace().toString());
    }
}
