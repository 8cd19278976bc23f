package org.transcriptpipeline.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// The Postgres that all write to: the archiver's tables, and for everybody else a table of messages that is like the
/// archiver's, with the same indexes.
final class TargetDatabase implements AutoCloseable {

    /// The archiver's.
    static final String OURS = "store.messages";

    /// Everybody else's.
    static final String THEIRS = "benchmarks.messages";

    static final String PASSWORD = "of-the-benchmarks-0815";

    private final EmbeddedPostgresServer postgres;
    private final JdbcTemplate database;
    private final Measured postmaster;

    private TargetDatabase(EmbeddedPostgresServer postgres, Measured postmaster) {
        this.postgres = postgres;
        this.database = new JdbcTemplate(postgres.superuser());
        this.postmaster = postmaster;
    }

    static TargetDatabase start(Path directory) throws IOException, SQLException {
        var postgres = EmbeddedPostgresServer.start(directory, 0);
        var pid = Files.readAllLines(directory.resolve("postmaster.pid")).getFirst();
        var target = new TargetDatabase(postgres, Measured.of(Long.parseLong(pid.strip())));
        target.prepare();
        return target;
    }

    private void prepare() throws SQLException {
        DatabaseRoles.create(
                postgres.superuser(), Map.of(DatabaseRoles.MIGRATOR, PASSWORD, DatabaseRoles.ARCHIVER, PASSWORD));
        Migrations.settings(Flyway.configure())
                .dataSource(postgres.jdbcUrl(), DatabaseRoles.MIGRATOR, PASSWORD)
                .load()
                .migrate();
        database.execute("CREATE SCHEMA benchmarks");
        database.execute("CREATE TABLE " + THEIRS + " (LIKE " + OURS + " INCLUDING ALL)");
        database.execute("ALTER TABLE " + THEIRS
                + " ALTER COLUMN sources SET DEFAULT '{webhook}', ALTER COLUMN versions SET DEFAULT '\\x'");
    }

    String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    /// With all its sessions.
    Measured postmaster() {
        return postmaster;
    }

    /// Empties the tables of both, the archiver's position apart, and begins the next turn without dirty pages.
    void clear() {
        database.execute("""
                SET lock_timeout = '20s';
                TRUNCATE
                    store.conversations, store.messages, store.message_revisions, store.message_search, store.participants,
                    store.deliveries, store.delivery_events, benchmarks.messages
                """);
        database.execute("CHECKPOINT");
    }

    /// How far the archiver has come, in records; the position is committed with the rows.
    long position() {
        return number("SELECT coalesce(sum(next_offset), 0) FROM store.consumer_offsets");
    }

    /// Messages in the table of the others.
    long count() {
        return number("SELECT count(*) FROM " + THEIRS);
    }

    /// Whether all of these are in the table of the others.
    boolean has(Collection<String> sids) {
        return number("SELECT count(*) FROM " + THEIRS + " WHERE message_sid = ANY (?)", (Object)
                        sids.toArray(String[]::new))
                == sids.size();
    }

    /// Whether the archiver has done what it does behind the rows.
    boolean isSettled() {
        return number("SELECT count(*) FROM store.search_changes") == 0;
    }

    /// Whether no session of the archiver is in a transaction.
    boolean isIdle() {
        return number(
                        "SELECT count(*) FROM pg_stat_activity WHERE usename = ? AND state <> 'idle'",
                        DatabaseRoles.ARCHIVER)
                == 0;
    }

    private long number(String sql, Object... arguments) {
        var number = database.queryForObject(sql, Long.class, arguments);
        if (number == null) {
            throw new IllegalStateException("no number");
        }
        return number;
    }

    /// The archiver's rows as text, for [#copyIn].
    void copyOut(Path file) throws IOException, SQLException {
        try (var connection = postgres.superuser().getConnection();
                var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT " + columns() + " FROM " + OURS + ") TO STDOUT", out);
        }
    }

    /// Loads them into the table of the others, in one transaction.
    ///
    /// @return how many
    long copyIn(Path file) throws IOException, SQLException {
        try (var connection = postgres.superuser().getConnection();
                var in = Files.newInputStream(file)) {
            return connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + THEIRS + " (" + columns() + ") FROM STDIN", in, 1 << 16);
        }
    }

    private String columns() {
        return String.join(", ", database.queryForList("""
                SELECT quote_ident(c.column_name)
                FROM information_schema.columns c
                WHERE c.table_schema = 'store' AND c.table_name = 'messages' AND c.is_generated = 'NEVER'
                ORDER BY c.ordinal_position
                """, String.class));
    }

    /// @throws IllegalStateException unless the table has exactly so many messages, each of them one that was sent
    void verify(String table, Set<String> sent, int expected) {
        var found = new HashSet<>(database.queryForList("SELECT message_sid FROM " + table, String.class));
        if (found.size() != expected || !sent.containsAll(found)) {
            throw new IllegalStateException("%s has %d of %d messages, %d of them unknown"
                    .formatted(
                            table,
                            found.size(),
                            expected,
                            found.stream().filter(sid -> !sent.contains(sid)).count()));
        }
    }

    @Override
    public void close() {
        postgres.close();
    }
}
