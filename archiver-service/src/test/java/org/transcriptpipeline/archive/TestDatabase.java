package org.transcriptpipeline.archive;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// A real Postgres for this module's tests, started once, with the roles of a deployment.
public final class TestDatabase {

    public static final String PASSWORD = "test";
    public static final String DATABASE = EmbeddedPostgresServer.DATABASE;
    private static final EmbeddedPostgresServer SERVER = start();

    private TestDatabase() {}

    private static EmbeddedPostgresServer start() {
        try {
            var server = EmbeddedPostgresServer.start(Files.createTempDirectory("archiver-postgres"), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            DatabaseRoles.create(
                    server.superuser(),
                    Map.of(
                            DatabaseRoles.MIGRATOR, PASSWORD,
                            DatabaseRoles.ARCHIVER, PASSWORD,
                            DatabaseRoles.ANALYST, PASSWORD));
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

    public static EmbeddedPostgresServer server() {
        return SERVER;
    }

    public static JdbcTemplate superuser() {
        return superuser(DATABASE);
    }

    public static JdbcTemplate superuser(String databaseName) {
        return new JdbcTemplate(new DriverManagerDataSource(jdbcUrl(databaseName), "postgres", ""));
    }

    public static String jdbcUrl(String databaseName) {
        return SERVER.jdbcUrl().replaceFirst("/" + DATABASE + "$", "/" + databaseName);
    }

    /// Makes a database as the bootstrap script leaves it: ready for the migrator, without tables.
    public static void createEmpty(String databaseName) {
        superuser().execute("CREATE DATABASE " + databaseName);
        superuser(databaseName)
                .execute("GRANT CREATE, CONNECT ON DATABASE " + databaseName + " TO transcripts_migrator");
    }

    /// Makes an exact copy, which a backup is.
    public static void copy(String databaseName) {
        superuser("postgres").execute("CREATE DATABASE " + databaseName + " TEMPLATE " + DATABASE);
    }

    /// A pool as the archiver has it.
    public static HikariDataSource archiverPool() {
        var config = new HikariConfig();
        config.setJdbcUrl(SERVER.jdbcUrl());
        config.setUsername(DatabaseRoles.ARCHIVER);
        config.setPassword(PASSWORD);
        config.setMaximumPoolSize(4);
        config.addDataSourceProperty("options", "-c plan_cache_mode=force_custom_plan");
        return new HikariDataSource(config);
    }

    /// Empties every table, so that a test starts from nothing.
    public static void clear() {
        superuser().execute("""
                        DO $$
                        DECLARE
                            name text;
                        BEGIN
                            FOR name IN
                                SELECT format('%I.%I', t.table_schema, t.table_name)
                                FROM information_schema.tables t
                                WHERE t.table_schema IN ('store', 'handoff')
                                    AND t.table_type = 'BASE TABLE'
                                    AND t.table_name NOT IN ('error_codes', 'schema_versions')
                                    AND NOT EXISTS ( -- settings and keys
                                        SELECT
                                        FROM information_schema.columns c
                                        WHERE c.table_schema = t.table_schema
                                            AND c.table_name = t.table_name
                                            AND c.column_name = 'only_row'
                                    )
                            LOOP
                                EXECUTE 'TRUNCATE ' || name || ' CASCADE';
                            END LOOP;
                        END
                        $$
                        """);
    }
}
