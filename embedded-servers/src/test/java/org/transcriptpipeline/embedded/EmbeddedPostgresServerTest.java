package org.transcriptpipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresServerTest {

    @Test
    void aServerLeftRunningIsReplacedAndItsDataKept(@TempDir Path directory) throws Exception {
        var jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeavesItsServerRunning.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();
        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var orphan = Files.readAllLines(directory.resolve("postmaster.pid")).getFirst();

        try (var server = EmbeddedPostgresServer.start(directory, 0)) {
            assertThat(Files.readAllLines(directory.resolve("postmaster.pid")).getFirst())
                    .isNotEqualTo(orphan);
            assertThat(setting(server, "fsync")).isEqualTo("on");
            assertThat(setting(server, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(server, "listen_addresses")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void everybodyButTheSuperuserNeedsAPassword(@TempDir Path directory) throws Exception {
        try (var server = EmbeddedPostgresServer.start(directory, 0)) {
            try (var connection = server.superuser().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE ROLE reader LOGIN PASSWORD 'right'");
            }

            DriverManager.getConnection(server.jdbcUrl(), "reader", "right").close();
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), "reader", "wrong"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void aFirstStartThatWasCutOffIsMadeGood(@TempDir Path parent) throws Exception {
        var directory = Files.createDirectory(parent.resolve("postgres"));
        Files.createFile(parent.resolve("postgres.unfinished"));
        Files.writeString(directory.resolve("PG_VERSION"), "17");
        Files.writeString(directory.resolve("postgresql.conf"), "");

        try (var server = EmbeddedPostgresServer.start(directory, 0)) {
            assertThat(setting(server, "server_version")).startsWith("17");
        }

        assertThat(parent.resolve("postgres.unfinished")).doesNotExist();
    }

    /// What is left after a `kill -9` of the JVM alone.
    static final class LeavesItsServerRunning {
        public static void main(String[] arguments) {
            EmbeddedPostgresServer.start(Path.of(arguments[0]), 0);
            Runtime.getRuntime().halt(137);
        }
    }

    private static String setting(EmbeddedPostgresServer server, String name) throws SQLException {
        try (var connection = server.superuser().getConnection();
                var statement = connection.createStatement();
                var result = statement.executeQuery("SHOW " + name)) {
            result.next();
            return result.getString(1);
        }
    }
}
