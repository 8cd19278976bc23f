package org.transcriptpipeline.database;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
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
                        DatabaseRoles.NOTIFIER, PASSWORD,
                        DatabaseRoles.ANALYST, PASSWORD));
        DatabaseRoles.create(server.superuser(), Map.of()); // repeating it is harmless
        migrations().migrate();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Autovacuum never comes to them, and without statistics the planner takes one row for thousands.
    @Test
    void thePlannerKnowsThatSettingsAreOneRow() {
        var estimates = new JdbcTemplate(server.superuser()).queryForList("""
                        SELECT c.reltuples
                        FROM pg_class c
                        WHERE c.oid IN ('store.verdict_settings'::regclass, 'store.days_counted'::regclass)
                        """, Double.class);

        assertThat(estimates).containsExactly(1.0, 1.0);
    }

    @Test
    void everyViewNamesTheAccount() {
        var without = new JdbcTemplate(server.superuser()).queryForList("""
                        SELECT v.table_name
                        FROM information_schema.views v
                        WHERE v.table_schema IN ('transcripts', 'transcripts_masked')
                            -- of the store as a whole
                            AND v.table_name NOT IN ('search_freshness', 'answers_freshness', 'schema_versions')
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
    @Tag("D6")
    @Tag("S9")
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
    @Tag("S9")
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

    @Test
    void theErrorCatalogueHasEachCodeOnceInEveryLanguage() throws IOException {
        var languages = catalogue().stream()
                .collect(groupingBy(ErrorText::code, TreeMap::new, mapping(ErrorText::language, toList())));

        assertThat(languages).hasSizeGreaterThanOrEqualTo(60);
        assertThat(languages.values()).allSatisfy(each -> assertThat(each).containsExactly("de", "en"));
        assertThat(catalogue()).isSortedAccordingTo(comparing(ErrorText::code).thenComparing(ErrorText::language));
    }

    @Test
    void everySentenceOfTheErrorCatalogueIsOneLineThatEndsAsASentence() throws IOException {
        assertThat(catalogue()).allSatisfy(text -> {
            assertThat(text.meaning()).isEqualTo(text.meaning().strip()).matches("\\p{Lu}.{10,140}\\.");
            assertThat(text.advice()).isEqualTo(text.advice().strip()).matches("\\p{Lu}.{10,140}\\.");
        });
    }

    @Test
    void theDatabaseHoldsTheErrorCatalogueOfTheFile() throws IOException {
        var stored = new JdbcTemplate(server.superuser())
                .query(
                        "SELECT error_code, language, meaning, advice FROM store.error_codes ORDER BY 1, 2",
                        (row, _) -> new ErrorText(
                                row.getInt("error_code"),
                                row.getString("language"),
                                row.getString("meaning"),
                                row.getString("advice")));

        assertThat(stored).containsExactlyElementsOf(catalogue());
    }

    @Test
    void aChangedErrorCatalogueIsLoadedAtTheNextStart() throws IOException {
        var superuser = new JdbcTemplate(server.superuser());
        superuser.update("UPDATE store.error_codes SET meaning = 'Older words.' WHERE error_code = 30003");
        superuser.update("UPDATE migrations.flyway_schema_history SET checksum = 1 WHERE version IS NULL");

        migrations().migrate();

        assertThat(superuser.queryForList("SELECT meaning FROM store.error_codes", String.class))
                .hasSameSizeAs(catalogue())
                .doesNotContain("Older words.");
    }

    @Test
    void theNotifierReadsTheErrorCatalogue() {
        var notifier = new JdbcTemplate(as(DatabaseRoles.NOTIFIER));

        assertThat(notifier.queryForObject(
                        "SELECT advice FROM store.error_codes WHERE error_code = 30003 AND language = 'en'",
                        String.class))
                .isEqualTo("Try again later or call.");
    }

    private static List<ErrorText> catalogue() throws IOException {
        var row = Pattern.compile("(\\d+),([a-z]{2}),\"((?:[^\"]|\"\")+)\",\"((?:[^\"]|\"\")+)\"");
        try (var file = requireNonNull(SchemaTest.class.getResourceAsStream(ErrorCatalogueMigration.FILE))) {
            var lines = new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n");
            assertThat(lines[0]).isEqualTo("error_code,language,meaning,advice");
            return Arrays.stream(lines)
                    .skip(1)
                    .map(line -> {
                        var fields = row.matcher(line);
                        assertThat(fields.matches()).as(line).isTrue();
                        return new ErrorText(
                                Integer.parseInt(fields.group(1)),
                                fields.group(2),
                                fields.group(3).replace("\"\"", "\""),
                                fields.group(4).replace("\"\"", "\""));
                    })
                    .toList();
        }
    }

    private record ErrorText(int code, String language, String meaning, String advice) {}

    private static Flyway migrations() {
        return Migrations.settings(Flyway.configure())
                .dataSource(as(DatabaseRoles.MIGRATOR))
                .load();
    }

    private static DataSource as(String role) {
        var source = new PGSimpleDataSource();
        source.setURL(server.jdbcUrl());
        source.setUser(role);
        source.setPassword(PASSWORD);
        return source;
    }
}
