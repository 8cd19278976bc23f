package org.transcriptpipeline.transcript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files for the time of one delivery, in the directory that Java has for temporary files, for our user alone. Whoever
/// makes one deletes it; what a process left behind that was killed goes with the next start a day later.
public final class WorkFiles {

    private static final Logger log = LoggerFactory.getLogger(WorkFiles.class);
    private static final String PREFIX = "transcripts-handoff-";
    private static final Duration LEFT_BEHIND = Duration.ofDays(1); // longer than any delivery takes

    private WorkFiles() {}

    public static Path create(String suffix) throws IOException {
        return Files.createTempFile(PREFIX, suffix);
    }

    /// Never throws: what cannot be deleted now goes with a later start.
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("A temporary file cannot be deleted: {}", e.getClass().getSimpleName());
        }
    }

    /// Deletes what no running process can still need.
    static void deleteLeftBehind(Clock clock) {
        var before = clock.instant().minus(LEFT_BEHIND);
        int deleted = 0;
        try (var files = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), PREFIX + "*")) {
            for (var file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before) && Files.deleteIfExists(file)) {
                    deleted++;
                }
            }
        } catch (IOException e) {
            log.warn(
                    "Temporary files of earlier deliveries cannot be looked through: {}",
                    e.getClass().getSimpleName());
        }
        if (deleted > 0) {
            log.atInfo().addKeyValue("files", deleted).log("Temporary files of broken off deliveries deleted");
        }
    }
}
