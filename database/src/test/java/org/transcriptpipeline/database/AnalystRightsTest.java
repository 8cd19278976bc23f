package org.transcriptpipeline.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// Whoever reads can do nothing but read the views: everything else is tried, with what guards against slips (read-only
/// transactions) switched off first, as its user can.
///
/// What a team reads in the views is [TeamsTest]'s; an endless statement of an analyst is [TrafficTest]'s.
@Tag("S9")
class AnalystRightsTest {

    private static final String PASSWORD = "of-analyst-rights-test";
    private static final String TEAM = "support";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

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
                        DatabaseRoles.ANALYST, PASSWORD,
                        DatabaseRoles.AUDITOR, PASSWORD,
                        DatabaseRoles.MASKED, PASSWORD));
        Migrations.settings(Flyway.configure())
                .dataSource(as(DatabaseRoles.MIGRATOR))
                .load()
                .migrate();
        new JdbcTemplate(server.superuser())
                .execute("CREATE ROLE " + TEAM + " LOGIN PASSWORD '" + PASSWORD + "' IN ROLE transcripts_analyst");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderReadsHisViews(String role) throws SQLException {
        var mine = DatabaseRoles.MASKED.equals(role) ? "transcripts_masked" : "transcripts";
        assertThat(refusal(role, "SELECT * FROM " + mine + ".conversations")).isNull();
        assertThat(refusal(role, "SELECT * FROM " + mine + ".messages")).isNull();
        assertThat(refusal(role, "SELECT * FROM " + mine + ".participants")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderTouchesNoPrivateTable(String role) throws SQLException {
        var tables = names("""
                SELECT t.oid::regclass::text
                FROM pg_class t
                WHERE t.relnamespace IN ('store'::regnamespace, 'handoff'::regnamespace, 'migrations'::regnamespace)
                    AND t.relkind IN ('r', 'p', 'm', 'v')
                """);

        assertThat(tables).hasSizeGreaterThan(30);
        for (var table : tables) {
            assertRefused(
                    role,
                    "SELECT * FROM " + table,
                    "INSERT INTO " + table + " DEFAULT VALUES",
                    "DELETE FROM " + table,
                    "TRUNCATE " + table,
                    "BEGIN; LOCK TABLE " + table + " IN ACCESS SHARE MODE",
                    "EXPLAIN SELECT * FROM " + table,
                    "COPY " + table + " TO STDOUT");
        }
        for (var sequence : names("""
                SELECT s.oid::regclass::text
                FROM pg_class s
                WHERE s.relnamespace IN ('store'::regnamespace, 'handoff'::regnamespace) AND s.relkind = 'S'
                """)) {
            assertRefused(role, "SELECT nextval('" + sequence + "')", "SELECT * FROM " + sequence);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderCallsNoPrivateFunction(String role) throws SQLException {
        var calls = names("""
                SELECT format(
                    'SELECT store.%I(%s)',
                    p.proname,
                    (
                        SELECT string_agg('NULL::' || format_type(a.type, NULL), ', ' ORDER BY a.position)
                        FROM unnest(p.proargtypes) WITH ORDINALITY a (type, position)
                    )
                )
                FROM pg_proc p
                WHERE p.pronamespace = 'store'::regnamespace AND p.prorettype <> 'trigger'::regtype
                """);

        assertThat(calls).hasSizeGreaterThan(8).contains("SELECT store.sees_everything()");
        assertRefused(role, calls.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderChangesNoView(String role) throws SQLException {
        var rights =
                "SELECT format('%s %s %s', oid::regclass, relowner::regrole, relacl) FROM pg_class WHERE relkind = 'v'";
        var before = names(rights);

        for (var view : names("""
                SELECT format('%I.%I', schemaname, viewname)
                FROM pg_views
                WHERE schemaname IN ('transcripts', 'transcripts_masked')
                """)) {
            assertRefused(
                    role,
                    "DROP VIEW " + view,
                    "ALTER VIEW " + view + " OWNER TO CURRENT_USER",
                    "COMMENT ON VIEW " + view + " IS 'mine'",
                    "SELECT * FROM " + view + " FOR UPDATE");
            // a warning at most, and without effect
            refusal(role, "GRANT ALL ON " + view + " TO PUBLIC");
        }
        for (var write : names("""
                SELECT unnest(ARRAY[
                    format('INSERT INTO %s DEFAULT VALUES', c.oid::regclass),
                    format('UPDATE %s SET %I = NULL', c.oid::regclass, a.attname),
                    format('DELETE FROM %s', c.oid::regclass)
                ])
                FROM pg_class c
                CROSS JOIN LATERAL (
                    SELECT a.attname
                    FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0
                    ORDER BY a.attname <> 'account_sid', a.attnum
                    LIMIT 1
                ) a
                WHERE c.relnamespace IN ('transcripts'::regnamespace, 'transcripts_masked'::regnamespace)
                """)) {
            assertThat(refusal(role, write))
                    .as("%s: %s", role, write)
                    .isIn(INSUFFICIENT_PRIVILEGE, "55000"); // a view of joins, which nobody can write
        }

        assertThat(names(rights)).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void eachReaderReadsItsOwnViewsOnly() throws SQLException {
        for (var view :
                names("SELECT format('transcripts.%I', viewname) FROM pg_views WHERE schemaname = 'transcripts'")) {
            assertRefused(DatabaseRoles.MASKED, "SELECT * FROM " + view);
        }
        assertRefused(
                DatabaseRoles.MASKED,
                "SELECT * FROM transcripts.transcript('CH')",
                "SELECT * FROM transcripts.search('word')",
                "SELECT transcripts.record_read('cli', 'read', 'AC', NULL)");
        for (var role : List.of(DatabaseRoles.ANALYST, TEAM)) {
            assertRefused(
                    role,
                    "SELECT * FROM transcripts.message_revisions",
                    "SELECT * FROM transcripts.quarantined_record_contents",
                    "SELECT * FROM transcripts.reads");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderMakesNothing(String role) throws SQLException {
        assertRefused(
                role,
                "CREATE TEMP TABLE t (a integer)",
                "CREATE TEMP VIEW v AS SELECT 1",
                "SELECT 1 INTO TEMP t",
                "CREATE TABLE public.t (a integer)",
                "CREATE TABLE transcripts.t (a integer)",
                "CREATE TABLE store.t (a integer)",
                "CREATE VIEW transcripts.v AS SELECT 1",
                "CREATE SCHEMA s",
                "CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql RETURN 1",
                "CREATE FUNCTION pg_temp.f() RETURNS integer LANGUAGE sql RETURN 1",
                "CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
                "DROP EXTENSION plpgsql",
                "DROP LANGUAGE plpgsql",
                "CREATE FOREIGN DATA WRAPPER w",
                "CREATE PUBLICATION p FOR ALL TABLES",
                "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "CREATE ROLE r",
                "CREATE POLICY p ON store.messages USING (true)",
                "DO LANGUAGE plpgsql 'BEGIN NULL; END'",
                "SELECT pg_logical_emit_message(false, 'p', 'text')",
                "SELECT pg_advisory_lock(1)",
                "SELECT pg_try_advisory_lock(1)",
                "SELECT pg_advisory_xact_lock(1, 2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderKeepsNoLargeObjectAndReachesNoFile(String role) throws SQLException {
        assertRefused(
                role,
                "SELECT lo_create(0)",
                "SELECT lo_creat(-1)",
                "SELECT lo_from_bytea(0, 'x')",
                "SELECT lo_put(1, 0, 'x')",
                "SELECT lo_open(1, 131072)",
                "SELECT lo_unlink(1)",
                "SELECT lo_import('/etc/hostname')",
                "SELECT lo_export(1, '/tmp/large-object')",
                "SELECT pg_read_file('PG_VERSION')",
                "SELECT pg_read_binary_file('PG_VERSION')",
                "SELECT pg_stat_file('PG_VERSION')",
                "SELECT pg_ls_dir('.')",
                "SELECT pg_ls_logdir()",
                "SELECT pg_ls_waldir()",
                "SELECT pg_ls_tmpdir()",
                "SELECT pg_current_logfile()",
                "SELECT * FROM pg_hba_file_rules",
                "SELECT * FROM pg_file_settings",
                "COPY (SELECT 1) TO '/tmp/copied'",
                "COPY (SELECT 1) TO PROGRAM 'true'",
                "COPY transcripts.conversations FROM '/etc/hostname'",
                "COPY transcripts.conversations FROM PROGRAM 'true'",
                "LOAD 'auto_explain'");
    }

    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderBecomesNobodyElseAndRulesNothing(String role) throws SQLException {
        for (var other : names("SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'")) {
            if (other.equals(role) || (role.equals(TEAM) && other.equals(DatabaseRoles.ANALYST))) {
                continue; // what he is; TeamsTest shows that a member gains nothing by it
            }
            assertRefused(
                    role,
                    "SET ROLE " + other,
                    "SET SESSION AUTHORIZATION " + other,
                    "GRANT " + other + " TO " + role,
                    "ALTER ROLE " + other + " PASSWORD 'x'");
        }
        for (var predefined :
                names("SELECT rolname FROM pg_roles WHERE rolname LIKE 'pg\\_%' AND rolname <> 'pg_database_owner'")) {
            assertRefused(role, "SET ROLE " + predefined, "GRANT " + predefined + " TO " + role);
        }
        for (var extension : names("SELECT name FROM pg_available_extensions WHERE installed_version IS NULL")) {
            assertThat(refusal(role, "CREATE EXTENSION \"" + extension + "\""))
                    .as("%s: %s", role, extension)
                    .isIn(INSUFFICIENT_PRIVILEGE, "42704"); // one that it builds upon is not there
        }
        assertRefused(
                role,
                "SET SESSION AUTHORIZATION postgres",
                "ALTER ROLE " + role + " SUPERUSER",
                "ALTER ROLE " + role + " BYPASSRLS",
                "ALTER ROLE " + role + " CONNECTION LIMIT -1",
                "ALTER ROLE transcripts_operator RENAME TO somebody",
                "ALTER SYSTEM SET log_statement = 'none'",
                "ALTER DATABASE transcripts SET row_security = off",
                "SET session_replication_role = replica",
                "SET temp_file_limit = -1",
                "SET log_min_messages = panic",
                "SELECT * FROM pg_authid",
                "SELECT * FROM pg_user_mapping",
                "SELECT pg_reload_conf()",
                "SELECT pg_rotate_logfile()",
                "SELECT pg_switch_wal()",
                "SELECT pg_promote()",
                "SELECT pg_stat_reset()",
                "SELECT pg_create_physical_replication_slot('s')",
                "SELECT pg_create_logical_replication_slot('s', 'pgoutput')");
        assertThat(refusal(role, "SELECT dblink('dbname=transcripts', 'SELECT 1')"))
                .as("no extension brings it")
                .isEqualTo("42883");
    }

    @Test
    void aReaderEndsNobodysSession() throws SQLException {
        try (var archiver = as(DatabaseRoles.ARCHIVER).getConnection();
                var statement = archiver.createStatement();
                var result = statement.executeQuery("SELECT pg_backend_pid()")) {
            result.next();
            var pid = result.getInt(1);
            for (var role : List.of(DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM)) {
                assertRefused(
                        role, "SELECT pg_terminate_backend(" + pid + ")", "SELECT pg_cancel_backend(" + pid + ")");
            }
        }
    }

    /// Statistics hold values of the rows.
    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.ANALYST, DatabaseRoles.MASKED, DatabaseRoles.AUDITOR, TEAM})
    void aReaderSeesNoStatisticsOfPrivateTables(String role) throws SQLException {
        var superuser = new JdbcTemplate(server.superuser());
        superuser.execute("ANALYZE store.error_codes");
        var planned = "SELECT count(*) FROM pg_stats WHERE schemaname IN ('store', 'handoff')";

        assertThat(superuser.queryForObject(planned, Long.class)).isPositive();
        assertThat(new JdbcTemplate(as(role)).queryForObject(planned, Long.class))
                .isZero();
        assertRefused(role, "SELECT * FROM pg_statistic");
    }

    @Test
    void withoutRowSecurityThereIsAnErrorAndNotEveryRow() throws SQLException {
        for (var role : List.of(DatabaseRoles.ANALYST, TEAM)) {
            assertRefused(role, "SET row_security = off; SELECT * FROM transcripts.conversations");
        }
    }

    @Test
    void whatAReaderReadIsWrittenDownUnderHisOwnNameAndCannotBeChanged() throws SQLException {
        var account = "AC" + "c".repeat(32);
        try (var connection = as(TEAM).getConnection();
                var statement = connection.createStatement()) {
            statement.execute("BEGIN READ WRITE");
            statement.execute(
                    "SELECT transcripts.record_read('export', 'export_csv', '" + account + "', '{CH1,CH2}', 'part 1')");
            statement.execute("SELECT transcripts.record_read('cli', 'export', '" + account + "', NULL)");
            statement.execute("COMMIT");
        }

        assertThat(new JdbcTemplate(as(DatabaseRoles.AUDITOR)).queryForList("""
                SELECT concat_ws(' ', reader, database_user, via, action, coalesce(conversation_sid, '-'), coalesce(detail, '-'))
                FROM transcripts.reads
                ORDER BY read_id
                """, String.class))
                .containsExactly(
                        "support support export export_csv CH1 part 1",
                        "support support export export_csv CH2 part 1",
                        "support support cli export - -");
        for (var role : List.of(DatabaseRoles.ARCHIVER, DatabaseRoles.AUDITOR, TEAM)) {
            assertRefused(
                    role, "UPDATE store.reads SET reader = 'x'", "DELETE FROM store.reads", "TRUNCATE store.reads");
        }
        assertRefused(
                DatabaseRoles.ARCHIVER,
                "SELECT * FROM store.reads",
                "INSERT INTO store.reads (reader, via, action, account_sid, read_at) VALUES ('x', 'api', 'x', 'AC', now())",
                "INSERT INTO store.reads (reader, via, action, account_sid, database_user) VALUES ('x', 'api', 'x', 'AC', 'y')");
        assertThat(refusal(TEAM, "SELECT transcripts.record_read('console', 'read', 'AC', NULL)"))
                .as("a row of the console names who signed in there")
                .isEqualTo("22023");
        assertThat(refusal(
                        TEAM,
                        "SELECT transcripts.record_read('cli', 'read', 'AC', array_fill('CH'::text, ARRAY[10001]))"))
                .isEqualTo("22023");
        assertThat(refusal(TEAM, "SELECT transcripts.record_read('cli', 'Anna''s words', 'AC', NULL)"))
                .as("an action is a word of ours")
                .isEqualTo("23514");
    }

    /// The watchdog knows no team by name.
    @ParameterizedTest
    @ValueSource(strings = {DatabaseRoles.MASKED, TEAM})
    @Tag("D6")
    void theEndlessStatementOfAMemberIsCancelledToo(String role) throws Exception {
        try (var connection = as(role).getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = 0");
            var state = new AtomicReference<@Nullable String>();
            var endless = CompletableFuture.runAsync(
                    () -> {
                        try {
                            statement.execute("SELECT pg_sleep(60)");
                        } catch (SQLException e) {
                            state.set(e.getSQLState());
                        }
                    },
                    Thread::startVirtualThread);

            awaitOneEnded();

            endless.get(5, TimeUnit.SECONDS);
            assertThat(state.get()).isEqualTo("57014"); // query_canceled
        }
    }

    private static void awaitOneEnded() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            Thread.sleep(100);
            var ended = new JdbcTemplate(as(DatabaseRoles.ARCHIVER))
                    .queryForObject("SELECT store.end_long_reads(interval '500 milliseconds')", Integer.class);
            if (ended != null && ended == 1) {
                return;
            }
        }
        throw new AssertionError("nothing was ended");
    }

    private static void assertRefused(String role, String... statements) throws SQLException {
        var allowed = new ArrayList<String>();
        for (var sql : statements) {
            var state = refusal(role, sql);
            if (!INSUFFICIENT_PRIVILEGE.equals(state)) {
                allowed.add(sql + " -> " + (state == null ? "done" : state));
            }
        }
        assertThat(allowed).as("not refused for want of a right: %s", role).isEmpty();
    }

    /// @return the SQLSTATE; null: it was done
    private static @Nullable String refusal(String role, String sql) throws SQLException {
        try (var connection = as(role).getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute("SET lock_timeout = '2s'");
            try {
                statement.execute(sql);
                return null;
            } catch (SQLException e) {
                return e.getSQLState();
            }
        }
    }

    private static List<String> names(String sql) {
        return new JdbcTemplate(server.superuser()).queryForList(sql, String.class);
    }

    private static PGSimpleDataSource as(String role) {
        var source = new PGSimpleDataSource();
        source.setURL(server.jdbcUrl());
        source.setUser(role);
        source.setPassword(PASSWORD);
        return source;
    }
}
