package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.ZipFile;
import org.flywaydb.core.Flyway;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;

/// Exports a million messages in each format with a heap of 256 MiB, kills and resumes each export once, and compares
/// every column with the store. Prints the table of docs/export.md. No test: it takes a quarter of an hour.
///
/// Arguments: a directory for the files (a few gigabytes), and how many conversations of ten messages.
public final class ExportMeasurement {

    private static final String PASSWORD = "measurement";
    private static final String ACCOUNT = "AC" + "e".repeat(32);
    private static final int MESSAGES = 10;
    private static final List<String> TEXTS = List.of(
            "Hello, I have a question about my order from last week, it has not arrived yet.",
            "Yes",
            "Thank you, have a nice day!",
            "=1+1",
            "We close at six. Would you like me to call you back tomorrow morning?",
            "\uD83D\uDC36\uD83D\uDC36",
            "two\nlines, \"quoted\"",
            "");

    private ExportMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[0]);
        int conversations = Integer.parseInt(arguments[1]);
        Files.createDirectories(directory);
        try (var server = EmbeddedPostgresServer.start(directory.resolve("postgres"), 0)) {
            fill(server, conversations);
            for (var format : ExportFormat.values()) {
                measure(server.jdbcUrl(), directory, format, conversations);
            }
        }
    }

    private static void fill(EmbeddedPostgresServer server, int conversations) throws SQLException {
        DatabaseRoles.create(
                server.superuser(), Map.of(DatabaseRoles.MIGRATOR, PASSWORD, DatabaseRoles.ANALYST, PASSWORD));
        Migrations.settings(Flyway.configure())
                .dataSource(server.jdbcUrl(), DatabaseRoles.MIGRATOR, PASSWORD)
                .load()
                .migrate();
        try (var superuser = DriverManager.getConnection(server.jdbcUrl(), "postgres", "")) {
            ExportRows.make(superuser, ACCOUNT, conversations, MESSAGES, TEXTS);
        }
        System.out.println("filled");
    }

    private static void measure(String url, Path directory, ExportFormat format, int conversations) throws Exception {
        var whole = directory.resolve(format + "-whole");
        var killed = directory.resolve(format + "-killed");
        var run = export(url, format, whole, false, Integer.MAX_VALUE);
        export(url, format, killed, false, conversations * MESSAGES / 100_000);
        export(url, format, killed, true, Integer.MAX_VALUE);
        var isSame = Files.mismatch(whole.resolve(Manifest.NAME), killed.resolve(Manifest.NAME)) == -1;
        System.out.printf(
                "| %s | %d s | %d MB | %d | %d MB | %s | %s |%n",
                format,
                run.time().toSeconds(),
                size(whole) / 1_000_000,
                count(whole),
                run.peakKilobytes() / 1000,
                isSame ? "yes" : "NO",
                format == ExportFormat.EML ? mails(whole, conversations) : isEqual(url, format, whole));
    }

    private record Measured(Duration time, long peakKilobytes) {}

    /// @param parts after so many the process is killed
    private static Measured export(String url, ExportFormat format, Path directory, boolean isToResume, int parts)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // as bin/transcripts starts it
                "-cp",
                System.getProperty("java.class.path"),
                "org.transcriptpipeline.cli.Transcripts",
                "export",
                "--format",
                format.toString(),
                "--directory",
                directory.toString()));
        if (format == ExportFormat.CSV) {
            command.add("--raw");
        }
        if (isToResume) {
            command.add("--resume");
        }
        var builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "SPRING_DATASOURCE_URL", url,
                        "SPRING_DATASOURCE_USERNAME", DatabaseRoles.ANALYST,
                        "SPRING_DATASOURCE_PASSWORD", PASSWORD));
        long start = System.nanoTime();
        var process = builder.start();
        long peak = 0;
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, peakKilobytes(process.pid()));
            if (parts != Integer.MAX_VALUE && lines(directory) > parts) {
                process.destroyForcibly().waitFor();
                return new Measured(Duration.ofNanos(System.nanoTime() - start), peak);
            }
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(format + " ended with " + process.exitValue());
        }
        return new Measured(Duration.ofNanos(System.nanoTime() - start), peak);
    }

    private static long peakKilobytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException _) {
            return 0; // it has just ended
        }
    }

    private static long lines(Path directory) throws IOException {
        var journal = directory.resolve(Journal.NAME);
        return Files.exists(journal) ? Files.readAllLines(journal).size() : 0;
    }

    private static String isEqual(String url, ExportFormat format, Path directory) throws SQLException {
        try (var postgres = DriverManager.getConnection(url, "postgres", "")) {
            long rows = 0;
            for (var view : ExportTest.VIEWS.entrySet()) {
                var stored = ReadBack.ofView(postgres, view.getKey(), ACCOUNT, view.getValue());
                var columns = ReadBack.columns(postgres, view.getKey());
                var read = ReadBack.ofFiles(
                        format, directory, view.getKey(), columns, view.getValue(), UnaryOperator.identity());
                if (!read.equals(stored)) {
                    return view.getKey() + " DIFFERS";
                }
                rows += read.rows();
            }
            return rows + " rows";
        }
    }

    private static String mails(Path directory, int conversations) throws IOException {
        long mails = 0;
        try (var files = Files.newDirectoryStream(directory, "*.zip")) {
            for (var file : files) {
                try (var zip = new ZipFile(file.toFile())) {
                    mails += zip.size();
                }
            }
        }
        return mails == conversations ? mails + " mails" : mails + " mails DIFFER";
    }

    private static long count(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    private static long size(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.mapToLong(ExportMeasurement::sizeOf).sum();
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
