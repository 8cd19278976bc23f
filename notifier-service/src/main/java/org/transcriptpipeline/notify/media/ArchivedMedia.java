package org.transcriptpipeline.notify.media;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the file of a medium by the hash that the snapshot names, in the directory that the archiver fills, and
/// reads it through: what is handed over is what was fetched, or nothing. A file that is not there, was altered or is
/// too large is counted, and its medium is named in the mail instead. Thread-safe.
public final class ArchivedMedia {

    private static final Logger log = LoggerFactory.getLogger(ArchivedMedia.class);
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final @Nullable Path directory;
    private final long largestBytes;
    private final long mostBytesInMail;
    private final MeterRegistry meters;

    /// @param directory null: there are no files
    ArchivedMedia(@Nullable Path directory, long largestBytes, long mostBytesInMail, MeterRegistry meters) {
        this.directory = directory;
        this.largestBytes = largestBytes;
        this.mostBytesInMail = mostBytesInMail;
        this.meters = meters;
    }

    /// Of all media that go with one mail.
    public long mostBytesInMail() {
        return mostBytesInMail;
    }

    /// @param sha256 lower-case hexadecimal
    /// @return null where no file may be attached
    public @Nullable Path of(String sha256) {
        if (directory == null || !SHA_256.matcher(sha256).matches()) {
            return null; // a hash is part of a path here, so it must be nothing else
        }
        var file = directory.resolve(sha256.substring(0, 2)).resolve(sha256);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return without("missing", sha256);
            }
            if (Files.size(file) > largestBytes) {
                return without("too_large", sha256);
            }
            return hash(file).equals(sha256) ? file : without("altered", sha256);
        } catch (NoSuchFileException _) {
            return without("missing", sha256);
        } catch (IOException _) {
            return without("unreadable", sha256);
        }
    }

    private @Nullable Path without(String outcome, String sha256) {
        meters.counter("transcripts_media_not_attached", "reason", outcome).increment();
        log.atWarn()
                .addKeyValue("sha256", sha256)
                .addKeyValue("reason", outcome)
                .log("A medium is named in the mail and not attached");
        return null;
    }

    private static String hash(Path file) throws IOException {
        var digest = sha256();
        try (var bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
            var buffer = new byte[64 * 1024];
            while (bytes.read(buffer) != -1) {
                // the digest takes it
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
