package org.transcriptpipeline.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// Migrations and analysts beside writers who must not wait.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrafficTest {

    private static final String PASSWORD = "secret";

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
        Migrations.migrate(known());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// `faults.md` D6: his own limits he can set back, this one he cannot.
    @Test
    @Order(1)
    void anAnalystsEndlessStatementIsCancelledWhateverHeSetsHisLimitsTo() throws Exception {
        try (var analyst = connect(DatabaseRoles.ANALYST)) {
            execute(analyst, "SET statement_timeout = 0");
            var endless = async(() -> execute(analyst, "SELECT pg_sleep(60)"));

            awaitEnded(1);

            assertThatThrownBy(() -> endless.get(5, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("57014"); // query_canceled
        }
    }

    @Test
    @Order(2)
    @Tag("D6")
    void anAnalystsForgottenTransactionIsEndedAndWithItItsLocks() throws Exception {
        try (var analyst = connect(DatabaseRoles.ANALYST)) {
            execute(analyst, "SET idle_in_transaction_session_timeout = 0");
            analyst.setAutoCommit(false);
            execute(analyst, "SELECT * FROM transcripts.conversations");

            awaitEnded(1);

            assertThatThrownBy(() -> execute(analyst, "SELECT 1")).hasCauseInstanceOf(SQLException.class);
        }
    }

    @Test
    @Order(3)
    void theServicesOwnStatementsAreLeftAlone() throws Exception {
        try (var archiver = connect(DatabaseRoles.ARCHIVER)) {
            var busy = async(() -> execute(archiver, "SELECT pg_sleep(1.5)"));
            Thread.sleep(600);

            assertThat(ended("500 milliseconds")).isZero();

            busy.get(5, TimeUnit.SECONDS);
        }
    }

    /// `faults.md` D6. Five seconds are long for a test: that the role has them, and that such a limit holds.
    @Test
    @Order(4)
    @Tag("D6")
    void aWriterNeverWaitsForALockWithoutALimit() throws Exception {
        try (var owner = connect(DatabaseRoles.MIGRATOR);
                var archiver = connect(DatabaseRoles.ARCHIVER)) {
            assertThat(new JdbcTemplate(as(DatabaseRoles.ARCHIVER)).queryForObject("SHOW lock_timeout", String.class))
                    .isEqualTo("5s");
            owner.setAutoCommit(false);
            execute(owner, "LOCK TABLE store.verdict_settings IN ACCESS EXCLUSIVE MODE");
            execute(archiver, "SET lock_timeout = '300ms'");

            assertThatThrownBy(
                            () -> execute(archiver, "UPDATE store.verdict_settings SET missing_grace = '30 seconds'"))
                    .rootCause()
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("55P03"); // a passing fault: the batch is tried again
        }
    }

    /// `faults.md` O3.
    @Test
    @Order(5)
    @Tag("O3")
    void aMigrationGivesWayToALongReaderAndNoWriterWaitsForItLongerThanASecond() throws Exception {
        var longest = new AtomicLong();
        var written = new AtomicLong();
        var isOver = new AtomicBoolean();
        var writing = async(() -> {
            try (var archiver = connect(DatabaseRoles.ARCHIVER)) {
                while (!isOver.get()) {
                    long begin = System.nanoTime();
                    execute(archiver, "UPDATE store.verdict_settings SET missing_grace = '30 seconds'");
                    longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
                    written.incrementAndGet();
                    Thread.sleep(10);
                }
            } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (var reader = connect("postgres")) {
            reader.setAutoCommit(false);
            execute(reader, "SELECT * FROM store.verdict_settings"); // and stays
            var migrating = async(() -> Migrations.migrate(withAddition()));
            Thread.sleep(3_500);
            assertThat(migrating).isNotDone();
            reader.commit();

            migrating.get(20, TimeUnit.SECONDS);
        } finally {
            isOver.set(true);
        }
        writing.get(10, TimeUnit.SECONDS);

        assertThat(written).hasValueGreaterThan(50);
        assertThat(Duration.ofNanos(longest.get()))
                .isLessThan(Duration.ofMillis(1_500)); // a second and the machine's own
        assertThat(new JdbcTemplate(server.superuser())
                        .queryForObject("SELECT count(added_later) FROM store.verdict_settings", Long.class))
                .isZero();
    }

    /// `faults.md` O3: the one before this knows a migration that the other does not.
    @Test
    @Order(6)
    @Tag("O3")
    void aServiceThatIsOlderThanTheSchemaDoesNotStart() {
        assertThatThrownBy(() -> Migrations.migrate(known()))
                .isInstanceOf(FlywayException.class)
                .hasMessageContaining("999");
    }

    /// Each on a thread of its own: the common pool has one on a small machine.
    private static CompletableFuture<Void> async(Runnable task) {
        return CompletableFuture.runAsync(task, Thread::startVirtualThread);
    }

    private static void awaitEnded(int number) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            Thread.sleep(100);
            if (ended("500 milliseconds") == number) {
                return;
            }
        }
        throw new AssertionError("nothing was ended");
    }

    /// As the archiver asks for it.
    private static int ended(String longest) {
        var number = new JdbcTemplate(as(DatabaseRoles.ARCHIVER))
                .queryForObject("SELECT store.end_long_reads(?::interval)", Integer.class, longest);
        return number == null ? -1 : number;
    }

    private static Flyway known() {
        return Migrations.settings(Flyway.configure())
                .dataSource(as(DatabaseRoles.MIGRATOR))
                .load();
    }

    private static Flyway withAddition() {
        return Migrations.settings(Flyway.configure())
                .javaMigrations(new ErrorCatalogueMigration(), new Addition())
                .dataSource(as(DatabaseRoles.MIGRATOR))
                .load();
    }

    /// What a release may bring: it needs the table for itself, for a moment.
    private static final class Addition implements JavaMigration {

        @Override
        public MigrationVersion getVersion() {
            return MigrationVersion.fromVersion("999");
        }

        @Override
        public String getDescription() {
            return "addition";
        }

        @Override
        public Integer getChecksum() {
            return 1;
        }

        @Override
        public boolean canExecuteInTransaction() {
            return true;
        }

        @Override
        public void migrate(Context context) throws SQLException {
            try (var statement = context.getConnection().createStatement()) {
                statement.execute("ALTER TABLE store.verdict_settings ADD COLUMN added_later text");
            }
        }
    }

    private static void execute(Connection connection, String sql) {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect(String role) throws SQLException {
        return as(role).getConnection();
    }

    private static PGSimpleDataSource as(String role) {
        var source = new PGSimpleDataSource();
        source.setURL(server.jdbcUrl());
        source.setUser(role);
        source.setPassword(role.equals("postgres") ? "" : PASSWORD);
        return source;
    }
}
