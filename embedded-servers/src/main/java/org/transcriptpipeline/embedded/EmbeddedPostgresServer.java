package org.transcriptpipeline.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Postgres 17 with one database, `transcripts`, on loopback. What is committed survives a crash of the machine
/// (`fsync` and `synchronous_commit` are on; zonky's defaults are for tests that throw their data away).
///
/// Only the superuser `postgres` comes in without a password, and only from this machine: whoever can log in here
/// owns the data directory's files too, or can ask the one who does. Every other role has to know its password.
public final class EmbeddedPostgresServer implements AutoCloseable {

    public static final String DATABASE = "transcripts";
    private static final String SUPERUSER = "postgres";
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgresServer.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    /// In place of initdb's `trust` for everybody. zonky signs in as the superuser to see whether the server is up.
    private static final String CLIENT_AUTHENTICATION = """
            # Written at every start. TYPE DATABASE USER ADDRESS METHOD
            host    all     postgres    127.0.0.1/32    trust
            host    all     all         127.0.0.1/32    scram-sha-256
            """;

    private final EmbeddedPostgres postgres;

    private EmbeddedPostgresServer(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /// Starts on a data directory, made when it is missing. A server that an earlier process left running there is
    /// stopped first: Postgres outlives a killed JVM.
    ///
    /// @param port 0 for any free one
    /// @throws UncheckedIOException when the server does not come up
    public static EmbeddedPostgresServer start(Path dataDirectory, int port) {
        return start(dataDirectory, port, null);
    }

    /// The same where nobody but the superuser comes in without TLS.
    public static EmbeddedPostgresServer startSecured(Path dataDirectory, int port, TestCertificates.Pem certificate) {
        return start(dataDirectory, port, certificate);
    }

    private static EmbeddedPostgresServer start(
            Path dataDirectory, int port, TestCertificates.@Nullable Pem certificate) {
        try {
            stopOrphan(dataDirectory);
            var unfinished = markUnlessComplete(dataDirectory);
            var builder = EmbeddedPostgres.builder()
                    .setPort(port == 0 ? FreePort.find() : port)
                    .setDataDirectory(dataDirectory.toAbsolutePath())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .setDataDirectoryCustomizer(directory -> writeClientAuthentication(directory, certificate != null))
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("unix_socket_directories", "") // a stale socket file can stop a start
                    .setServerConfig("password_encryption", "scram-sha-256")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("max_connections", "100")
                    .setServerConfig("shared_buffers", "128MB")
                    .setServerConfig("max_wal_size", "1GB")
                    .setLocaleConfig("locale", "C.UTF-8");
            if (certificate != null) {
                builder.setServerConfig("ssl", "on")
                        .setServerConfig(
                                "ssl_cert_file", certificate.certificate().toString())
                        .setServerConfig("ssl_key_file", certificate.key().toString());
            }
            var server = new EmbeddedPostgresServer(builder.start());
            server.createDatabase();
            Files.deleteIfExists(unfinished);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Postgres did not start in " + dataDirectory, e);
        }
    }

    public int port() {
        return postgres.getPort();
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + DATABASE;
    }

    /// As superuser `postgres`.
    public DataSource superuser() {
        return postgres.getDatabase(SUPERUSER, DATABASE);
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void createDatabase() {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            boolean missing;
            try (var databases = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                missing = !databases.next();
            }
            if (missing) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        } catch (SQLException e) {
            close();
            throw new IllegalStateException("cannot create database " + DATABASE, e);
        }
    }

    /// Keeps a mark beside the directory until the database is there for the first time. A mark that is found says
    /// that an earlier start was killed before that: what it left may be half of a cluster, on which Postgres would
    /// not start again, and holds nobody's data.
    private static Path markUnlessComplete(Path dataDirectory) throws IOException {
        var mark = dataDirectory.toAbsolutePath().resolveSibling(dataDirectory.getFileName() + ".unfinished");
        if (Files.exists(mark)) {
            log.atWarn()
                    .addKeyValue("directory", dataDirectory)
                    .log("An earlier first start was cut off; starting afresh");
            deleteContent(dataDirectory);
        }
        Files.createDirectories(dataDirectory);
        if (!Files.exists(dataDirectory.resolve("PG_VERSION")) && !Files.exists(mark)) {
            Files.createFile(mark);
        }
        return mark;
    }

    private static void deleteContent(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void writeClientAuthentication(File dataDirectory, boolean isSecured) {
        try {
            Files.writeString(
                    dataDirectory.toPath().resolve("pg_hba.conf"),
                    isSecured
                            ? CLIENT_AUTHENTICATION.replace("host    all     all", "hostssl all     all")
                            : CLIENT_AUTHENTICATION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Stops the server that an earlier process left running on this data directory, if there is one.
    public static void stopOrphan(Path dataDirectory) throws IOException {
        var orphan = runningServer(dataDirectory);
        if (orphan == null) {
            return;
        }
        log.atWarn()
                .addKeyValue("pid", orphan.pid())
                .log("A Postgres of an earlier run is still at work on this data directory; stopping it");
        try {
            // SIGINT is Postgres's fast shutdown: it ends sessions and flushes. ProcessHandle knows TERM and KILL only.
            new ProcessBuilder("kill", "-INT", Long.toString(orphan.pid()))
                    .inheritIO()
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
            orphan.onExit().orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping Postgres " + orphan.pid(), e);
        }
    }

    /// The server that holds the directory, or null. Its pid file may be stale and its number taken by something
    /// else: only a process that names this directory counts.
    private static @Nullable ProcessHandle runningServer(Path dataDirectory) throws IOException {
        var pidFile = dataDirectory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return null;
        }
        var lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d+")) {
            return null;
        }
        var process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).orElse(null);
        if (process == null) {
            return null;
        }
        var directory = dataDirectory.toAbsolutePath().toString();
        var arguments = process.info().arguments().map(a -> String.join(" ", a)).orElse("");
        return arguments.contains(directory) ? process : null;
    }
}
