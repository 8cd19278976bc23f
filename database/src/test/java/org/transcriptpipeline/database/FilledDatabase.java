package org.transcriptpipeline.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// A database with all migrations and a row or two in every public view.
final class FilledDatabase implements AutoCloseable {

    private static final String PASSWORD = "filled";

    private final EmbeddedPostgresServer server;

    private FilledDatabase(EmbeddedPostgresServer server) {
        this.server = server;
    }

    static FilledDatabase start(Path directory) throws IOException, SQLException {
        var server = EmbeddedPostgresServer.start(directory, 0);
        DatabaseRoles.create(
                server.superuser(), Map.of(DatabaseRoles.MIGRATOR, PASSWORD, DatabaseRoles.ANALYST, PASSWORD));
        Migrations.settings(Flyway.configure())
                .dataSource(server.jdbcUrl(), DatabaseRoles.MIGRATOR, PASSWORD)
                .load()
                .migrate();
        try (var script = Objects.requireNonNull(FilledDatabase.class.getResourceAsStream("/one-of-each.sql"))) {
            new JdbcTemplate(server.superuser()).execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        return new FilledDatabase(server);
    }

    JdbcTemplate superuser() {
        return new JdbcTemplate(server.superuser());
    }

    Connection superuserConnection() throws SQLException {
        return server.superuser().getConnection();
    }

    JdbcTemplate analyst() {
        var analyst = new PGSimpleDataSource();
        analyst.setUrl(server.jdbcUrl());
        analyst.setUser(DatabaseRoles.ANALYST);
        analyst.setPassword(PASSWORD);
        return new JdbcTemplate(analyst);
    }

    @Override
    public void close() {
        server.close();
    }
}
