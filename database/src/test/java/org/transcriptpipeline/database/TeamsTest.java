package org.transcriptpipeline.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// Each team sees, in every view there is, what it would see if the store held nothing else. That is how it is tested:
/// what the team reads is compared with what a superuser reads after the rows of all others were deleted, in a
/// transaction that is rolled back. So a view that is added later is tested too, and fails where it shows too much, or
/// nothing.
@Tag("S9")
class TeamsTest {

    private static final String PASSWORD = "of-teams-test";
    private static final String ONE = "AC" + "a".repeat(32);
    private static final String OTHER = "AC" + "b".repeat(32);

    @TempDir
    static Path directory;

    static EmbeddedPostgresServer server;

    /// Roles that are made for the test, each with the rows that it may see.
    enum Team {
        /// All of one account.
        WHOLE_ACCOUNT("account_sid = '" + ONE + "'", "of_one"),
        /// One number of an account that has two.
        ONE_NUMBER("position('n1x' IN to_jsonb(t)::text) > 0", "of_n1x"),
        /// The other one.
        OTHER_NUMBER("position('n2x' IN to_jsonb(t)::text) > 0", "of_n2x"),
        /// Nobody said what it may see.
        WITHOUT_SCOPE("false", "of_nothing");

        /// Of a row `t` of any table with accounts: whether the team may see it.
        private final String its;

        private final String role;

        Team(String its, String role) {
            this.its = its;
            this.role = role;
        }

        String masked() {
            return role + "_masked";
        }

        String auditor() {
            return role + "_auditor";
        }
    }

    @BeforeAll
    static void plant() throws Exception {
        server = EmbeddedPostgresServer.start(directory, 0);
        DatabaseRoles.create(
                server.superuser(),
                Map.of(
                        DatabaseRoles.MIGRATOR, PASSWORD,
                        DatabaseRoles.ARCHIVER, PASSWORD,
                        DatabaseRoles.ANALYST, PASSWORD,
                        DatabaseRoles.MASKED, PASSWORD));
        Migrations.settings(Flyway.configure())
                .dataSource(as(DatabaseRoles.MIGRATOR))
                .load()
                .migrate();
        var superuser = new JdbcTemplate(server.superuser());
        superuser.execute(resource("/db/plant.sql"));
        superuser.query(
                "SELECT public.plant('w1x', ?, '+1w1x'), public.plant('n1x', ?, '+1n1x'), public.plant('n2x', ?, '+1n2x')",
                _ -> {},
                ONE,
                OTHER,
                OTHER);
        superuser.query("SELECT store.count_day('2026-01-02')", _ -> {}); // when all of it happened
        for (var team : Team.values()) {
            superuser.execute(
                    "CREATE ROLE " + team.role + " LOGIN PASSWORD '" + PASSWORD + "' IN ROLE transcripts_analyst");
            superuser.execute(
                    "CREATE ROLE " + team.masked() + " LOGIN PASSWORD '" + PASSWORD + "' IN ROLE transcripts_masked");
            superuser.execute(
                    "CREATE ROLE " + team.auditor() + " LOGIN PASSWORD '" + PASSWORD + "' IN ROLE transcripts_auditor");
        }
        var migrator = new JdbcTemplate(as(DatabaseRoles.MIGRATOR));
        for (var kind : List.of("", "_masked", "_auditor")) {
            scope(migrator, Team.WHOLE_ACCOUNT.role + kind, ONE, null);
            scope(migrator, Team.ONE_NUMBER.role + kind, OTHER, "+1n1x");
            scope(migrator, Team.OTHER_NUMBER.role + kind, OTHER, "+1n2x");
        }
    }

    private static void scope(JdbcTemplate migrator, String team, String account, String number) {
        migrator.update(
                "INSERT INTO store.team_scopes (team, account_sid, our_address) VALUES (?, ?, ?)",
                team,
                account,
                number);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Without this the others would prove little.
    @ParameterizedTest
    @MethodSource("allViews")
    void everyViewHasRowsToBeHiddenFromEachTeam(String view) {
        var all = asSuperuserSees(view, "true");

        for (var team : List.of(Team.WHOLE_ACCOUNT, Team.ONE_NUMBER, Team.OTHER_NUMBER)) {
            assertThat(asSuperuserSees(view, team.its))
                    .as("%s of %s: plant.sql needs a row for it", view, team)
                    .hasSizeLessThan(all.size());
        }
        assertThat(asSuperuserSees(view, Team.WHOLE_ACCOUNT.its)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aTeamSeesItsRowsInEveryViewAndNoOthers(Team team) throws SQLException {
        for (var view : views(DatabaseRoles.ANALYST)) {
            assertThat(rows(team.role, view))
                    .as(view)
                    .containsExactlyInAnyOrderElementsOf(asSuperuserSees(view, team.its));
        }
        for (var view : views(DatabaseRoles.MASKED)) {
            assertThat(rows(team.masked(), view))
                    .as(view)
                    .containsExactlyInAnyOrderElementsOf(asSuperuserSees(view, team.its));
        }
        for (var view : views(DatabaseRoles.AUDITOR)) {
            assertThat(rows(team.auditor(), view))
                    .as(view)
                    .containsExactlyInAnyOrderElementsOf(asSuperuserSees(view, team.its));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFunctionsShowATeamItsRowsOnly(Team team) throws SQLException {
        for (var call : List.of(
                "transcripts.search('hello')",
                "transcripts.search('person')",
                "transcripts.transcript('CHw1x')",
                "transcripts.transcript('CHn1x')",
                "transcripts.transcript('CHn2x')")) {
            assertThat(asSuperuserSees(call, "true")).as(call).isNotEmpty();
            assertThat(rows(team.role, call))
                    .as(call)
                    .containsExactlyInAnyOrderElementsOf(asSuperuserSees(call, team.its));
        }
    }

    /// Of a user of the console: the archiver's connection, and the team set for one transaction.
    @ParameterizedTest
    @EnumSource
    void theArchiverSeesWhatTheTeamSeesThatItSets(Team team) throws SQLException {
        for (var view : views(DatabaseRoles.ANALYST)) {
            assertThat(rows(DatabaseRoles.ARCHIVER, view, team.role))
                    .as(view)
                    .containsExactlyInAnyOrderElementsOf(asSuperuserSees(view, team.its));
            assertThat(rows(DatabaseRoles.ARCHIVER, view))
                    .as("%s, without a team", view)
                    .containsExactlyInAnyOrderElementsOf(asSuperuserSees(view, "true"));
        }
    }

    @Test
    void whoeverSetsAnotherTeamSeesWhatBothMaySeeAndNoMore() throws SQLException {
        var view = "transcripts.conversations";
        new JdbcTemplate(as(DatabaseRoles.MIGRATOR)).update("""
                INSERT INTO store.team_scopes (team, account_sid, our_address)
                VALUES ('wide', ?, NULL), ('wide', ?, '+1n2x')
                """, OTHER, ONE);

        assertThat(rows(Team.ONE_NUMBER.role, view, "wide"))
                .as("a number of an account that the other sees whole")
                .containsExactlyElementsOf(asSuperuserSees(view, Team.ONE_NUMBER.its));
        assertThat(rows(Team.ONE_NUMBER.role, view, Team.OTHER_NUMBER.role)).isEmpty();
        assertThat(rows(Team.ONE_NUMBER.role, view, Team.WHOLE_ACCOUNT.role)).isEmpty();
        assertThat(rows(Team.WHOLE_ACCOUNT.role, view, "wide"))
                .as("the same number in another account is another number")
                .isEmpty();
        assertThat(rows(Team.WITHOUT_SCOPE.role, view, "wide")).isEmpty();
        assertThat(rows(Team.ONE_NUMBER.role, view, "a team that nobody made")).isEmpty();
        assertThat(rows(DatabaseRoles.ANALYST, view, "a team that nobody made")).isEmpty();
    }

    @Test
    void whoMayBecomeAnAnalystIsStillTheOneWhoSignedIn() throws SQLException {
        try (var connection = as(Team.ONE_NUMBER.role).getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET ROLE transcripts_analyst");

            assertThat(rows(statement, "transcripts.conversations"))
                    .containsExactlyElementsOf(asSuperuserSees("transcripts.conversations", Team.ONE_NUMBER.its));
        }
    }

    /// A condition that fails on a row tells that the row is there, and something of what it holds. A policy comes
    /// first.
    @ParameterizedTest
    @MethodSource("leaks")
    void aConditionThatFailsOnSomebodyElsesRowNeverSeesIt(String condition, String view) throws SQLException {
        try (var connection = as(Team.ONE_NUMBER.role).getConnection();
                var statement = connection.createStatement()) {
            try (var result = statement.executeQuery("SELECT count(*) FROM " + view + " WHERE " + condition)) {
                result.next();
                assertThat(result.getLong(1)).isPositive(); // of its own rows
            }
        }
        assertThatThrownBy(() -> new JdbcTemplate(as(DatabaseRoles.ANALYST))
                        .queryForObject("SELECT count(*) FROM " + view + " WHERE " + condition, Long.class))
                .as("who sees the row meets the error")
                .isInstanceOf(DataAccessException.class);
    }

    /// Each divides by zero, or reads a number that is none, for a row of another team.
    private static List<Arguments> leaks() {
        return List.of(
                Arguments.of(
                        "CASE WHEN body LIKE '%n2x' OR body LIKE '%w1x' THEN 1 / (length(body) - length(body)) ELSE 1 END > 0",
                        "transcripts.messages"),
                Arguments.of(
                        "CASE WHEN position('n1x' IN author) = 0 THEN author::integer ELSE 1 END > 0",
                        "transcripts.messages"),
                Arguments.of(
                        "CASE WHEN our_address <> '+1n1x' THEN our_address::date ELSE current_date END = current_date",
                        "transcripts.conversations"),
                Arguments.of(
                        "CASE WHEN conversation_sid <> 'CHn1x' THEN 1 / (length(account_sid) - 34) ELSE 1 END > 0",
                        "transcripts.handoff_deliveries"));
    }

    @Test
    void aMaskedReaderMeetsNothingOfAPerson() throws SQLException {
        for (var view : views(DatabaseRoles.MASKED)) {
            assertThat(rows(DatabaseRoles.MASKED, view))
                    .as(view)
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row).doesNotContainIgnoringCase("person"));
        }
    }

    /// The auditor's views and the rows of reads have no masked form.
    @Test
    void theMaskedViewsHaveTheNamesOfTheAnalysts() {
        assertThat(views(DatabaseRoles.MASKED).stream().map(view -> view.replace("_masked.", ".")))
                .isSubsetOf(views(DatabaseRoles.ANALYST))
                .contains("transcripts.conversations", "transcripts.messages", "transcripts.handoff_deliveries");
    }

    @Test
    void aPseudonymIsTheHmacOfTheAddressUnderTheKeyInTheStore() throws GeneralSecurityException {
        var block = Objects.requireNonNull(new JdbcTemplate(server.superuser())
                .queryForObject("SELECT inner_pad FROM store.masking_key", byte[].class));
        var key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (block[i] ^ 0x36);
        }
        var hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(key, "HmacSHA256"));
        var expected = HexFormat.of().formatHex(hmac.doFinal("+1personn1x".getBytes(StandardCharsets.UTF_8)), 0, 16);

        var masked = new JdbcTemplate(as(DatabaseRoles.MASKED));
        assertThat(masked.queryForObject("""
                SELECT c.customer_address
                FROM transcripts_masked.conversations c
                JOIN transcripts_masked.participants p ON p.conversation_sid = c.conversation_sid AND p.address = c.customer_address
                JOIN transcripts_masked.messages m ON m.conversation_sid = c.conversation_sid AND m.author = c.customer_address
                JOIN transcripts_masked.deliveries d ON d.conversation_sid = c.conversation_sid AND d.to_address = c.customer_address
                WHERE c.conversation_sid = 'CHn1x'
                """, String.class)).isEqualTo(expected);
    }

    @Test
    void anotherStoreHasAnotherKey() throws Exception {
        var superuser = new JdbcTemplate(server.superuser());
        superuser.execute("CREATE DATABASE another");
        superuser.execute("GRANT CREATE, CONNECT ON DATABASE another TO transcripts_migrator");
        var another = as(DatabaseRoles.MIGRATOR);
        another.setURL(server.jdbcUrl().replaceFirst("/[^/]*$", "/another"));
        Migrations.settings(Flyway.configure()).dataSource(another).load().migrate();

        assertThat(new JdbcTemplate(another).queryForObject("SELECT outer_pad FROM store.masking_key", byte[].class))
                .isNotEqualTo(superuser.queryForObject("SELECT outer_pad FROM store.masking_key", byte[].class));
    }

    // --- what keeps it so

    @Test
    void everyViewBelongsToTheRoleForWhomThePoliciesHold() {
        assertThat(new JdbcTemplate(server.superuser()).queryForList("""
                SELECT format('%s.%s', schemaname, viewname)
                FROM pg_views
                WHERE schemaname IN ('transcripts', 'transcripts_masked') AND viewowner <> 'transcripts_reader'
                UNION ALL
                SELECT format('%s.%s', schemaname, matviewname)
                FROM pg_matviews
                WHERE schemaname IN ('transcripts', 'transcripts_masked')
                """, String.class))
                .as(
                        "ALTER VIEW ... OWNER TO transcripts_reader; a materialised view holds everybody's rows, so it has to lie in"
                                + " schema store, under a view with a predicate")
                .isEmpty();
    }

    /// The owner of the views owns no table, or no policy would hold for it.
    @Test
    void everyTableThatAViewReadsHasAPolicyWhereItHasAccounts() {
        assertThat(new JdbcTemplate(server.superuser()).queryForList("""
                SELECT t.oid::regclass::text
                FROM pg_class t
                JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname IN ('store', 'handoff')
                WHERE t.relkind IN ('r', 'p', 'm')
                    AND has_any_column_privilege('transcripts_reader', t.oid, 'SELECT')
                    AND EXISTS (
                        SELECT FROM pg_attribute a
                        WHERE a.attrelid = t.oid AND a.attname IN ('account_sid', 'conversation_sid')
                    )
                    AND (
                        NOT t.relrowsecurity
                        OR t.relowner = 'transcripts_reader'::regrole
                        OR NOT EXISTS (
                            SELECT FROM pg_policy p
                            WHERE p.polrelid = t.oid
                                AND p.polroles = ARRAY['transcripts_reader'::regrole::oid]
                                AND pg_get_expr(p.polqual, p.polrelid) LIKE '%sees_everything()%'
                        )
                    )
                """, String.class))
                .isEmpty();
    }

    @Test
    void noFunctionThatReadersMayCallHasMoreRightsThanTheyHave() {
        assertThat(new JdbcTemplate(server.superuser()).queryForList("""
                SELECT p.oid::regprocedure::text
                FROM pg_proc p
                JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname IN ('transcripts', 'transcripts_masked') AND p.prosecdef
                """, String.class))
                .as("a function with its owner's rights must ask store.sees_everything() and the others itself")
                .containsExactlyInAnyOrder(
                        "transcripts.record_read(text,text,text,text[],text)", // returns a number of rows
                        "transcripts.search(text,text,text,timestamp with time zone,timestamp with time zone,integer)");
    }

    private static List<String> allViews() {
        return views("postgres");
    }

    /// The views that a role may read, but for those that tell of the store as a whole: how far something is behind.
    private static List<String> views(String role) {
        return new JdbcTemplate(server.superuser()).queryForList("""
                SELECT format('%I.%I', schemaname, viewname)
                FROM pg_views
                WHERE schemaname IN ('transcripts', 'transcripts_masked')
                    AND (schemaname, viewname) IN (
                        SELECT c.table_schema, c.table_name
                        FROM information_schema.columns c
                        WHERE c.column_name = 'account_sid'
                    )
                    AND has_schema_privilege(?, schemaname, 'USAGE')
                    AND has_table_privilege(?, format('%I.%I', schemaname, viewname), 'SELECT')
                ORDER BY 1
                """, String.class, role, role);
    }

    private static List<String> rows(String role, String view) throws SQLException {
        return rows(role, view, "");
    }

    private static List<String> rows(String role, String view, String team) throws SQLException {
        try (var connection = as(role).getConnection()) {
            connection.setAutoCommit(false);
            try (var set = connection.prepareStatement("SELECT set_config('transcripts.team', ?, true)")) {
                set.setString(1, team);
                set.execute();
            }
            try (var statement = connection.createStatement()) {
                return rows(statement, view);
            }
        }
    }

    private static List<String> rows(Statement statement, String view) throws SQLException {
        try (var result = statement.executeQuery("SELECT to_jsonb(v)::text FROM " + view + " v")) {
            var rows = new ArrayList<String>();
            while (result.next()) {
                rows.add(result.getString(1));
            }
            return rows;
        }
    }

    /// What a view would hold if the store held only these rows.
    private static List<String> asSuperuserSees(String view, String its) {
        try (var connection = server.superuser().getConnection()) {
            connection.setAutoCommit(false);
            try {
                for (var table : tablesWithAccounts(connection)) {
                    try (var statement = connection.createStatement()) {
                        statement.execute("DELETE FROM " + table + " t WHERE (" + its + ") IS NOT TRUE");
                    }
                }
                try (var statement = connection.createStatement()) {
                    return rows(statement, view);
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(view, e);
        }
    }

    private static List<String> tablesWithAccounts(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery("""
                    SELECT t.oid::regclass::text
                    FROM pg_class t
                    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname IN ('store', 'handoff')
                    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'account_sid'
                    WHERE t.relkind IN ('r', 'p') AND t.relname <> 'team_scopes' AND NOT t.relispartition
                    """)) {
            var tables = new ArrayList<String>();
            while (result.next()) {
                tables.add(result.getString(1));
            }
            return tables;
        }
    }

    private static String resource(String name) throws IOException {
        try (var file = Objects.requireNonNull(TeamsTest.class.getResourceAsStream(name))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static PGSimpleDataSource as(String role) {
        var source = new PGSimpleDataSource();
        source.setURL(server.jdbcUrl());
        source.setUser(role);
        source.setPassword(PASSWORD);
        return source;
    }
}
