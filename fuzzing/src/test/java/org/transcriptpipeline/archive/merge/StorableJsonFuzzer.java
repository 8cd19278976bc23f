package org.transcriptpipeline.archive.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.util.FileSystemUtils;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.fuzzing.Finding;

/// What is called storable, a real Postgres takes into a `jsonb`.
public final class StorableJsonFuzzer {

    private static final Connection POSTGRES = connection();

    private StorableJsonFuzzer() {}

    public static void fuzzerTestOneInput(byte[] input) {
        var text = new String(input, UTF_8);
        var storable = StorableJson.orNull(text);
        if (storable == null) {
            return;
        }
        Finding.unless(storable.equals(text), "what is storable is left as it is");
        try (var statement = POSTGRES.prepareStatement("SELECT ?::jsonb")) {
            statement.setString(1, storable);
            statement.executeQuery().close();
        } catch (SQLException e) {
            Finding.unless(false, "Postgres takes what is storable, SQLSTATE " + e.getSQLState());
        }
    }

    private static Connection connection() {
        try {
            var directory = Files.createTempDirectory("fuzzed-postgres");
            var server = EmbeddedPostgresServer.start(directory, 0);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory)));
            return server.superuser().getConnection();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stop(EmbeddedPostgresServer server, Path directory) {
        server.close();
        FileSystemUtils.deleteRecursively(directory.toFile());
    }
}
