package org.transcriptpipeline.archive.setup;

import java.sql.Array;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// What `bin/transcripts verify --keep` found last, for each account.
@Component
public class Verifications {

    private final JdbcTemplate jdbc;

    Verifications(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// @param differences names of the settings at Twilio that are not as they should be; empty: all are
    public record Verification(String accountSid, Instant verifiedAt, List<String> differences) {
        public Verification {
            differences = List.copyOf(differences);
        }
    }

    public List<Verification> all() {
        return jdbc.query(
                """
                SELECT v.account_sid, v.verified_at, v.differences
                FROM store.verifications v
                ORDER BY v.account_sid
                """,
                (row, _) -> new Verification(
                        row.getString("account_sid"),
                        row.getObject("verified_at", OffsetDateTime.class).toInstant(),
                        List.of(texts(row.getArray("differences")))));
    }

    private static String[] texts(Array array) throws java.sql.SQLException {
        return (String[]) array.getArray();
    }
}
