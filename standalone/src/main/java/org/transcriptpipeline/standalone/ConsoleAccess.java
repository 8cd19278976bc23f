package org.transcriptpipeline.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// How people get at the archiver's API, and what makes the links in mails genuine: as the environment says, else made
/// at the first start and kept in a file that only its owner reads.
///
/// @param keptIn the file, where it was made here; null: the environment has it
/// @param isNew it was made just now, and nobody has seen it yet
record ConsoleAccess(
        String username,
        String password,
        String linkSecret,
        String baseUrl,
        @Nullable Path keptIn,
        boolean isNew) {

    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String LINK_SECRET = "linkSecret";

    static ConsoleAccess of(StandaloneSettings settings, DataDirectory directory) {
        var kept = directory.console();
        var memory = read(kept);
        boolean isNew = memory.isEmpty();
        memory.putIfAbsent(USERNAME, "transcripts");
        memory.putIfAbsent(PASSWORD, Standalone.secret());
        memory.putIfAbsent(LINK_SECRET, Standalone.secret() + Standalone.secret());
        if (isNew) {
            write(kept, memory);
        }
        boolean isGiven = settings.consoleUsername() != null && settings.consolePassword() != null;
        return new ConsoleAccess(
                orElse(settings.consoleUsername(), memory.getProperty(USERNAME)),
                orElse(settings.consolePassword(), memory.getProperty(PASSWORD)),
                orElse(settings.linkSecret(), memory.getProperty(LINK_SECRET)),
                orElse(
                        settings.consoleBaseUrl(),
                        "http://localhost:" + settings.port(StandaloneSettings.ARCHIVER_PORT)),
                isGiven ? null : kept,
                isNew && !isGiven);
    }

    private static String orElse(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }

    private static Properties read(Path file) {
        var memory = new Properties();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try (var reader = Files.newBufferedReader(file)) {
                memory.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return memory;
    }

    /// Whole or not at all, and never readable by others in between.
    private static void write(Path file, Properties memory) {
        try {
            var unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), "console", ".tmp", ownersOnly());
            try (var writer = Files.newBufferedWriter(unfinished)) {
                memory.store(writer, "Sign-in of API and console, and the secret of the links in mails");
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileAttribute<?>[] ownersOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /// No password.
    @Override
    public String toString() {
        return "ConsoleAccess[" + keptIn + "]";
    }
}
