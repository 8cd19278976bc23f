package org.transcriptpipeline.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

class SchemaTest {

    private static final String PASSWORD = "it's \"secret\"";

    @TempDir
    static Path directory;

    static EmbeddedPostgresServer server;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgresServer.start(directory, 0);
        DatabaseRoles.create(
                server.superuser(),
                Map.of(
                        DatabaseRoles.MIGRATOR, PASSWORD,
                        DatabaseRoles.ARCHIVER, PASSWORD,
                        DatabaseRoles.ANALYST, PASSWORD));
        DatabaseRoles.create(server.superuser(), Map.of()); // repeating it is harmless
        Migrations.settings(Flyway.configure())
                .dataSource(as(DatabaseRoles.MIGRATOR))
                .load()
                .migrate();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyViewAndEveryColumnIsExplained() {
        var unexplained = new JdbcTemplate(server.superuser()).queryForList("""
                        SELECT c.relname || coalesce('.' || a.attname, '')
                        FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'transcripts'
                        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                        WHERE c.relkind = 'v' AND col_description(c.oid, coalesce(a.attnum, 0)) IS NULL
                        UNION ALL
                        SELECT c.relname
                        FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'transcripts'
                        WHERE c.relkind = 'v' AND obj_description(c.oid) IS NULL
                        """, String.class);

        assertThat(unexplained).isEmpty();
    }

    @Test
    void everyViewNamesTheAccount() {
        var without = new JdbcTemplate(server.superuser()).queryForList("""
                        SELECT v.table_name
                        FROM information_schema.views v
                        WHERE v.table_schema = 'transcripts'
                            AND NOT EXISTS (
                                SELECT FROM information_schema.columns c
                                WHERE c.table_schema = v.table_schema
                                    AND c.table_name = v.table_name
                                    AND c.column_name = 'account_sid'
                            )
                        """, String.class);

        assertThat(without).isEmpty();
    }

    @Test
    void anAnalystReadsThePublicViewsAndNothingElse() {
        var analyst = new JdbcTemplate(as(DatabaseRoles.ANALYST));

        assertThat(analyst.queryForObject("SELECT count(*) FROM transcripts.conversations", Long.class))
                .isZero();
        assertThat(analyst.queryForList("SELECT * FROM transcripts.transcript('CH')"))
                .isEmpty();
        assertThat(analyst.queryForList("SELECT * FROM transcripts.search('word')"))
                .isEmpty();
        for (var forbidden : new String[] {
            "SELECT * FROM transcripts.message_revisions",
            "SELECT * FROM transcripts.quarantined_record_contents",
            "SELECT * FROM store.messages",
            "SELECT * FROM handoff.deliveries",
            "BEGIN READ WRITE; CREATE TEMP TABLE t (a integer)",
            "BEGIN READ WRITE; CREATE TABLE transcripts.t (a integer)",
        }) {
            assertThatThrownBy(() -> analyst.execute(forbidden))
                    .as(forbidden)
                    .rootCause()
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void theArchiverWritesRowsAndChangesNoTable() {
        var archiver = new JdbcTemplate(as(DatabaseRoles.ARCHIVER));

        archiver.update("UPDATE store.verdict_settings SET missing_grace = interval '30 seconds'");

        assertThatThrownBy(() -> archiver.execute("ALTER TABLE store.messages ADD COLUMN x text"))
                .rootCause()
                .hasMessageContaining("must be owner");
        assertThatThrownBy(() -> archiver.execute("SELECT * FROM handoff.deliveries"))
                .rootCause()
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> archiver.execute("DELETE FROM store.messages"))
                .rootCause()
                .hasMessageContaining("permission denied");
    }

    private static DataSource as(String role) {
        var source = new PGSimpleDataSource();
        source.setURL(server.jdbcUrl());
        source.setUser(role);
        source.setPassword(PASSWORD);
        return source;
    }
}
