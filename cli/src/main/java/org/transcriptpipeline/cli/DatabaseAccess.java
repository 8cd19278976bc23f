package org.transcriptpipeline.cli;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where Postgres is. Without any setting it is standalone's. The password comes by the environment only.
public final class DatabaseAccess {

    private static final String STANDALONE = "jdbc:postgresql://127.0.0.1:5433/transcripts";

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "jdbc:postgresql://…; else SPRING_DATASOURCE_URL, else that of standalone.")
    private @Nullable String url;

    @Option(
            names = "--database-user",
            paramLabel = "NAME",
            description = "Else SPRING_DATASOURCE_USERNAME, else postgres. Its password is SPRING_DATASOURCE_PASSWORD.")
    private @Nullable String user;

    /// Every statement ends within half a minute.
    public Connection open(Surroundings surroundings) throws SQLException {
        return open(surroundings, Duration.ofSeconds(30));
    }

    /// @param longest time that a statement may take
    public Connection open(Surroundings surroundings, Duration longest) throws SQLException {
        var properties = new Properties();
        var name = surroundings.setting(user, "SPRING_DATASOURCE_USERNAME");
        var password = surroundings.setting(null, "SPRING_DATASOURCE_PASSWORD");
        properties.setProperty("user", name == null ? "postgres" : name);
        if (password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty("ApplicationName", "bin/transcripts");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("socketTimeout", Long.toString(longest.toSeconds() + 10));
        properties.setProperty("options", "-c statement_timeout=" + longest.toSeconds() + "s");
        properties.setProperty("logServerErrorDetail", "false"); // it would print rows
        var where = surroundings.setting(url, "SPRING_DATASOURCE_URL");
        return DriverManager.getConnection(where == null ? STANDALONE : where, properties);
    }

    /// What a failure means, without the server's words, which may quote rows.
    static String words(SQLException failure) {
        var state = failure.getSQLState() == null ? "" : failure.getSQLState();
        var meaning = switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08" -> "it cannot be reached (SPRING_DATASOURCE_URL)";
            case "28" -> "it refuses this user or password (SPRING_DATASOURCE_USERNAME, _PASSWORD)";
            case "3D" -> "there is no such database";
            case "42" -> "a table is missing or this user may not use it: has the archiver run?";
            case "57" -> "it ended the statement";
            default -> "it refused";
        };
        return "Postgres: " + meaning + (state.isEmpty() ? "." : ", SQLSTATE " + state + ".");
    }
}
