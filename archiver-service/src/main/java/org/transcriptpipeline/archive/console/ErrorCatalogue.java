package org.transcriptpipeline.archive.console;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// What Twilio's error codes mean and what can be done, by language. The catalogue comes with the schema, so one
/// reading is enough.
@Component
class ErrorCatalogue {

    private final JdbcTemplate jdbc;

    ErrorCatalogue(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    record Cause(String meaning, String advice) {}

    /// By error code; empty: nothing is written in this language.
    Map<Integer, Cause> of(Locale language) {
        Map<Integer, Cause> causes = new HashMap<>();
        jdbc.query(
                "SELECT e.error_code, e.meaning, e.advice FROM store.error_codes e WHERE e.language = ?",
                row -> {
                    causes.put(row.getInt("error_code"), new Cause(row.getString("meaning"), row.getString("advice")));
                },
                language.getLanguage());
        return causes;
    }
}
