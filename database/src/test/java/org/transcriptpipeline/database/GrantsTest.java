package org.transcriptpipeline.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

/// Fault S9: each role may do what `docs/security.md` says, and nothing else. Both are read as they are: the document,
/// and the access lists of a database that the migrations made.
class GrantsTest {

    private static final String PASSWORD = "of-grants-test";

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
                        DatabaseRoles.ANALYST, PASSWORD,
                        DatabaseRoles.AUDITOR, PASSWORD));
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
    @Tag("S9")
    void eachRoleHasTheRightsOfTheDocumentAndNoOthers() throws IOException {
        var path = Path.of("..", "docs", "security.md");
        var document = Files.readString(path);
        int begin = document.indexOf("<!-- grants -->");
        int end = document.indexOf("<!-- end of grants -->");
        var documented = document.substring(begin, end)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();

        if (System.getProperty("schema.write") != null) {
            int first = document.indexOf("| `", begin);
            int last = document.indexOf('\n', document.lastIndexOf("| `", end));
            Files.writeString(
                    path, document.substring(0, first) + String.join("\n", rights()) + document.substring(last));
            return;
        }
        assertThat(documented)
                .as("-Dschema.write writes down what the database says")
                .containsExactlyElementsOf(rights());
    }

    /// One line for each object and column that anybody but its owner has a right to, in the form of the document.
    private static List<String> rights() {
        return new JdbcTemplate(server.superuser()).queryForList("""
            WITH objects (name, acl, owner) AS (
                SELECT 'schema ' || nspname, coalesce(nspacl, acldefault('n', nspowner)), nspowner
                FROM pg_namespace
                WHERE nspname IN ('store', 'handoff', 'transcripts', 'transcripts_masked', 'migrations')
                UNION ALL
                SELECT n.nspname || '.' || c.relname, coalesce(c.relacl, acldefault('r', c.relowner)), c.relowner
                FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('store', 'handoff', 'transcripts', 'transcripts_masked', 'migrations')
                    AND c.relkind IN ('r', 'v', 'm', 'p', 'S', 'f')
                UNION ALL
                SELECT
                    format('%s.%s (%s)', n.nspname, c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum)),
                    a.attacl::text::aclitem[], c.relowner
                FROM pg_attribute a
                JOIN pg_class c ON c.oid = a.attrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('store', 'handoff', 'transcripts', 'transcripts_masked', 'migrations') AND a.attacl IS NOT NULL
                GROUP BY n.nspname, c.relname, a.attacl::text, c.relowner
                UNION ALL
                SELECT
                    n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
                    coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
                FROM pg_proc p
                JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname IN ('store', 'handoff', 'transcripts', 'transcripts_masked', 'migrations')
            ),
            rights (name, grantee, letters) AS (
                SELECT
                    o.name,
                    CASE WHEN g.grantee = 0 THEN 'everybody' ELSE replace(g.grantee::regrole::text, 'transcripts_', '') END,
                    string_agg(
                        CASE g.privilege_type
                            WHEN 'SELECT' THEN 'S' WHEN 'INSERT' THEN 'I' WHEN 'UPDATE' THEN 'U' WHEN 'DELETE' THEN 'D'
                            WHEN 'EXECUTE' THEN 'X' WHEN 'USAGE' THEN 'usage' ELSE g.privilege_type
                        END || CASE WHEN g.is_grantable THEN '*' ELSE '' END,
                        ''
                        ORDER BY array_position(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], g.privilege_type), g.privilege_type
                    )
                FROM objects o
                CROSS JOIN LATERAL aclexplode(o.acl) g
                WHERE g.grantee <> o.owner
                GROUP BY o.name, g.grantee
            )
            SELECT format('| `%s` | %s |', name, string_agg(grantee || ' ' || letters, ', ' ORDER BY grantee))
            FROM rights
            GROUP BY name
            ORDER BY name COLLATE "C"
            """, String.class);
    }

    @Test
    void oneRoleOwnsEverythingButTheViewsAndNoRoleIsMoreThanARole() {
        var superuser = new JdbcTemplate(server.superuser());

        assertThat(superuser.queryForList("""
            SELECT DISTINCT format('%s: %s', c.relowner::regrole, c.relkind = 'v')
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('store', 'handoff', 'transcripts', 'transcripts_masked', 'migrations')
            """, String.class))
                .containsExactlyInAnyOrder("transcripts_migrator: f", "transcripts_reader: t");
        assertThat(superuser.queryForList("""
            SELECT rolname
            FROM pg_roles
            WHERE rolname LIKE 'transcripts\\_%'
                AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
            """, String.class)).isEmpty();
    }

    /// The owner of the views is no gain for the migrator, who owns the tables. The watchdog's rights, to end what
    /// others run, it does not have: it may only hand a function over (`SET` without `INHERIT`).
    @Test
    void noRoleHasTheRightsOfAnotherButTheMigratorThoseOfTheViewsOwner() {
        assertThat(new JdbcTemplate(server.superuser()).queryForList("""
            SELECT format(
                '%s %s %s',
                m.member::regrole,
                CASE WHEN m.inherit_option THEN 'of' ELSE 'hands over to' END,
                m.roleid::regrole
            )
            FROM pg_auth_members m
            WHERE m.member::regrole::text LIKE 'transcripts\\_%'
                OR m.roleid::regrole::text LIKE 'transcripts\\_%'
            """, String.class))
                .containsExactlyInAnyOrder(
                        "transcripts_migrator of transcripts_reader",
                        "transcripts_migrator hands over to transcripts_watchdog",
                        "transcripts_watchdog of pg_signal_backend",
                        "transcripts_watchdog of pg_read_all_stats");
    }

    @Test
    void noRoleButTheMigratorMakesAnything() {
        for (var role :
                List.of(DatabaseRoles.ARCHIVER, DatabaseRoles.NOTIFIER, DatabaseRoles.ANALYST, DatabaseRoles.AUDITOR)) {
            var sql = new JdbcTemplate(as(role));
            for (var forbidden : List.of(
                    "BEGIN READ WRITE; CREATE TEMP TABLE t (a integer)",
                    "BEGIN READ WRITE; CREATE TABLE public.t (a integer)",
                    "BEGIN READ WRITE; CREATE TABLE store.t (a integer)",
                    "BEGIN READ WRITE; CREATE SCHEMA s",
                    "BEGIN READ WRITE; CREATE ROLE r",
                    "BEGIN READ WRITE; TRUNCATE store.messages",
                    "SELECT * FROM pg_authid",
                    "SELECT pg_read_file('PG_VERSION')",
                    "COPY (SELECT 1) TO PROGRAM 'true'")) {
                assertThatThrownBy(() -> sql.execute(forbidden))
                        .as("%s: %s", role, forbidden)
                        .rootCause()
                        .message()
                        .containsPattern("permission denied|must be");
            }
        }
    }

    private static DataSource as(String role) {
        var source = new PGSimpleDataSource();
        source.setURL(server.jdbcUrl());
        source.setUser(role);
        source.setPassword(PASSWORD);
        return source;
    }
}
