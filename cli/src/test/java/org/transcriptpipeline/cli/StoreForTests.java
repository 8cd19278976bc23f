package org.transcriptpipeline.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// A real Postgres with all migrations, started once.
public final class StoreForTests {

    private static final String PASSWORD = "store-for-tests";
    private static final EmbeddedPostgresServer SERVER = start();

    private StoreForTests() {}

    public static String jdbcUrl() {
        return SERVER.jdbcUrl();
    }

    public static int update(String sql, Object... values) {
        try (var connection = open();
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String text(String sql) {
        try (var connection = open();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What Postgres answers a role: an SQLSTATE, or 00000 where it does as it is told.
    public static String sqlStateOf(String role, String sql) {
        try (var connection = DriverManager.getConnection(SERVER.jdbcUrl(), role, PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute(sql);
            return "00000";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    public static String password() {
        return PASSWORD;
    }

    private static Connection open() throws SQLException {
        return DriverManager.getConnection(SERVER.jdbcUrl(), "postgres", "");
    }

    private static EmbeddedPostgresServer start() {
        try {
            var server = EmbeddedPostgresServer.start(Files.createTempDirectory("cli-postgres"), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            DatabaseRoles.create(
                    server.superuser(),
                    Map.of(
                            DatabaseRoles.MIGRATOR,
                            PASSWORD,
                            DatabaseRoles.ARCHIVER,
                            PASSWORD,
                            DatabaseRoles.ANALYST,
                            PASSWORD,
                            DatabaseRoles.OPERATOR,
                            PASSWORD));
            Migrations.settings(Flyway.configure())
                    .dataSource(server.jdbcUrl(), DatabaseRoles.MIGRATOR, PASSWORD)
                    .load()
                    .migrate();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
