package org.transcriptpipeline.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/// Makes the roles of the pipeline, which a superuser has to do once before the first migration. In a deployment of
/// several machines `db/bootstrap/roles.sql` is run by hand; standalone and the tests do it here.
public final class DatabaseRoles {

    public static final String MIGRATOR = "transcripts_migrator";
    public static final String ARCHIVER = "transcripts_archiver";
    public static final String NOTIFIER = "transcripts_notifier";
    public static final String ANALYST = "transcripts_analyst";
    public static final String AUDITOR = "transcripts_auditor";

    /// Reads what an analyst reads, but for what people wrote and who they are: the views of `transcripts_masked`.
    public static final String MASKED = "transcripts_masked";

    /// Decides about what was set aside, and asks for comparisons: `bin/transcripts`.
    public static final String OPERATOR = "transcripts_operator";

    private DatabaseRoles() {}

    /// Makes what is missing and sets these passwords. Repeating it is harmless.
    ///
    /// @param passwords by role
    public static void create(DataSource superuser, Map<String, String> passwords) throws SQLException {
        try (var connection = superuser.getConnection()) {
            try (var statement = connection.createStatement()) {
                statement.execute(script());
            }
            // ALTER ROLE takes no parameters; format() on the server quotes name and password.
            try (var quoted =
                    connection.prepareStatement("SELECT format('ALTER ROLE %I PASSWORD %L', ?::text, ?::text)")) {
                for (var entry : passwords.entrySet()) {
                    quoted.setString(1, entry.getKey());
                    quoted.setString(2, entry.getValue());
                    try (var result = quoted.executeQuery();
                            var alter = connection.createStatement()) {
                        result.next();
                        alter.execute(result.getString(1));
                    }
                }
            }
        }
    }

    private static String script() {
        try (var script = Objects.requireNonNull(
                DatabaseRoles.class.getResourceAsStream("/db/bootstrap/roles.sql"), "roles.sql is in this module")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
