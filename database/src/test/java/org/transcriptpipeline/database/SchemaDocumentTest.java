package org.transcriptpipeline.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// docs/schema.md says of the database what the database says of itself.
class SchemaDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "schema.md");
    private static final String PASSWORD = "of a test";

    @TempDir
    static Path directory;

    private static EmbeddedPostgresServer server;
    private static JdbcTemplate database;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgresServer.start(directory, 0);
        DatabaseRoles.create(server.superuser(), Map.of(DatabaseRoles.MIGRATOR, PASSWORD));
        Migrations.settings(Flyway.configure())
                .dataSource(server.jdbcUrl(), DatabaseRoles.MIGRATOR, PASSWORD)
                .load()
                .migrate();
        database = new JdbcTemplate(server.superuser());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theDocumentIsWhatTheDatabaseSays() throws IOException {
        var document = Files.readString(DOCUMENT);
        var renewed = new SchemaDocument(database).renewed(document);
        if (System.getProperty("schema.write") != null) {
            Files.writeString(DOCUMENT, renewed);
            return;
        }
        assertThat(document).isEqualTo(renewed);
    }

    @Test
    void everythingPublicHasItsMeaning() {
        assertThat(withoutMeaning()).isEmpty();
    }

    /// Without which the check above could not fail.
    @Test
    void aColumnWithoutItsMeaningIsFound() {
        database.execute("CREATE VIEW transcripts.bare AS SELECT 1 AS number");
        database.execute("CREATE FUNCTION transcripts.bare_function() RETURNS integer LANGUAGE sql RETURN 1");
        try {
            assertThat(withoutMeaning())
                    .containsExactlyInAnyOrder(
                            "transcripts.bare", "transcripts.bare.number", "transcripts.bare_function()");
        } finally {
            database.execute("DROP VIEW transcripts.bare");
            database.execute("DROP FUNCTION transcripts.bare_function()");
        }
    }

    /// Views, columns and functions whose comment is missing or says next to nothing.
    private static List<String> withoutMeaning() {
        return database.queryForList("""
                        WITH said AS (
                            SELECT
                                n.nspname || '.' || c.relname || coalesce('.' || a.attname, '') AS name,
                                coalesce(col_description(c.oid, a.attnum), CASE WHEN a.attnum IS NULL THEN obj_description(c.oid, 'pg_class') END)
                                    AS meaning
                            FROM pg_class c
                            JOIN pg_namespace n ON n.oid = c.relnamespace
                            LEFT JOIN LATERAL (
                                SELECT NULL::smallint AS attnum, NULL::name AS attname
                                UNION ALL
                                SELECT p.attnum, p.attname
                                FROM pg_attribute p
                                WHERE p.attrelid = c.oid AND p.attnum > 0 AND NOT p.attisdropped
                            ) a ON true
                            WHERE n.nspname IN ('transcripts', 'transcripts_masked') AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
                            UNION ALL
                            SELECT n.nspname || '.' || p.proname || '()', obj_description(p.oid, 'pg_proc')
                            FROM pg_proc p
                            JOIN pg_namespace n ON n.oid = p.pronamespace
                            WHERE n.nspname IN ('transcripts', 'transcripts_masked')
                        )
                        SELECT s.name
                        FROM said s
                        WHERE s.meaning IS NULL OR s.meaning !~ '^.{4,}[.:]' OR s.meaning ~ '\\|'
                        ORDER BY s.name
                        """, String.class);
    }
}
