package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/// Files that their owner alone may read, and that are whole or not there.
final class PrivateFiles {

    /// Behind the name of a file that is not finished.
    static final String PARTIAL = ".partial";

    private PrivateFiles() {}

    static void createDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, owner(directory, "rwx------"));
        }
    }

    /// An empty file in the place of whatever is there. Not buffered.
    static OutputStream create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return Channels.newOutputStream(channel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /// A file to read and to append to.
    static FileChannel openOrCreate(Path file) throws IOException {
        return channel(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static FileChannel channel(Path file, StandardOpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), owner(file, "rw-------"));
    }

    private static FileAttribute<?>[] owner(Path file, String permissions) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + PARTIAL);
    }

    /// On the disk, whatever happens to the machine.
    static void sync(Path fileOrDirectory) throws IOException {
        try (var channel = FileChannel.open(fileOrDirectory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Gives a finished file its name. What it takes the place of was not finished.
    static void publish(Path file) throws IOException {
        Files.move(partial(file), file, StandardCopyOption.ATOMIC_MOVE);
    }

    static String sha256(Path file) throws IOException {
        var digest = newSha256();
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            var buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
