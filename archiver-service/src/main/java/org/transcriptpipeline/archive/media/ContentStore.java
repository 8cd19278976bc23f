package org.transcriptpipeline.archive.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files in a directory, each under its SHA-256: `3f/3f9a…`. A file that is there is whole: it was written under
/// another name, synced, and renamed. The same bytes twice are one file, whoever brings them.
final class ContentStore {

    private static final Logger log = LoggerFactory.getLogger(ContentStore.class);
    private static final Duration ABANDONED = Duration.ofHours(6); // far longer than a file is fetched

    private final Path directory;
    private final Path incoming;

    /// @throws IllegalStateException where the directory cannot be written
    ContentStore(Path directory, Instant now) {
        this.directory = directory;
        this.incoming = directory.resolve("incoming");
        try {
            Files.createDirectories(incoming);
            Files.delete(Files.createTempFile(incoming, "check", ".part"));
            removeAbandoned(now);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "transcripts.media.directory (MEDIA_DIRECTORY) " + directory + " cannot be written: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    /// What a process left behind that died while it was fetching.
    private void removeAbandoned(Instant now) throws IOException {
        try (var parts = Files.newDirectoryStream(incoming, "*.part")) {
            for (var part : parts) {
                if (Files.getLastModifiedTime(part).toInstant().isBefore(now.minus(ABANDONED))) {
                    Files.deleteIfExists(part);
                    log.info("Removed a file that was never fetched to its end");
                }
            }
        }
    }

    /// @param contentType by its bytes
    record StoredFile(String sha256, String contentType, long bytes) {}

    boolean holds(String sha256) {
        return Files.exists(place(sha256));
    }

    /// Removing one that is not there is no mistake.
    void remove(String sha256) throws IOException {
        var place = place(sha256);
        var folder = directory.resolve(sha256.substring(0, 2));
        if (Files.deleteIfExists(place)) {
            sync(folder);
        }
    }

    private Path place(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a hash"); // a path is made of it
        }
        return directory.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    Incoming begin() throws IOException {
        return new Incoming();
    }

    /// A file on its way in; closing it without keeping it leaves nothing.
    final class Incoming implements AutoCloseable {

        private final Path part = incoming.resolve(UUID.randomUUID() + ".part");
        private final FileChannel channel;
        private final MessageDigest digest = sha256();
        private final byte[] head = new byte[ContentType.HEAD_BYTES];
        private long size;

        private Incoming() throws IOException {
            channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        long size() {
            return size;
        }

        void write(byte[] bytes, int length) throws IOException {
            digest.update(bytes, 0, length);
            if (size < head.length) {
                System.arraycopy(bytes, 0, head, (int) size, (int) Math.min(length, head.length - size));
            }
            for (var left = ByteBuffer.wrap(bytes, 0, length); left.hasRemaining(); ) {
                channel.write(left);
            }
            size += length;
        }

        /// @param announcedType null: nobody told
        StoredFile keep(@Nullable String announcedType) throws IOException {
            channel.force(true);
            channel.close();
            var hash = HexFormat.of().formatHex(digest.digest());
            var folder = Files.createDirectories(directory.resolve(hash.substring(0, 2)));
            var place = folder.resolve(hash);
            // over a file of the same name too: it holds the same bytes, or was damaged
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            readable(place);
            sync(folder);
            sync(directory);
            var seen = Arrays.copyOf(head, (int) Math.min(size, head.length));
            return new StoredFile(hash, ContentType.of(seen, announcedType), size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(part);
        }
    }

    /// The notifier may run as another user of the same group.
    private static void readable(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        }
    }

    /// So that the name outlives a power failure as well.
    private static void sync(Path directory) throws IOException {
        try (var opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
