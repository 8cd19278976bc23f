package org.transcriptpipeline.standalone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// All state of standalone, held by one process at a time. The lock goes away with the process, however it ends.
final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /// @throws StandaloneException when another process holds it, or it cannot be written
    static DataDirectory open(Path path) {
        FileChannel channel;
        try {
            Files.createDirectories(path);
            channel = FileChannel.open(
                    path.resolve("standalone.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StandaloneException("The data directory " + path + " cannot be written (" + e
                    + "). Set STANDALONE_DATA_DIRECTORY to one that can.");
        }
        try {
            if (lock(channel) == null) {
                var holder = content(channel);
                channel.close();
                throw new StandaloneException(
                        "Another standalone" + (holder.isEmpty() ? "" : " (process " + holder + ")")
                                + " is at work on " + path + ". Stop it, or give this one a directory of its own with"
                                + " STANDALONE_DATA_DIRECTORY.");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new StandaloneException("The data directory " + path + " cannot be locked: " + e);
        }
    }

    Path kafka() {
        return path.resolve("kafka");
    }

    Path postgres() {
        return path.resolve("postgres");
    }

    Path outbox() {
        return path.resolve("outbox");
    }

    Path media() {
        return path.resolve("media");
    }

    Path spill() {
        return path.resolve("spill");
    }

    Path console() {
        return path.resolve("console.properties");
    }

    Path demo() {
        return path.resolve("demo.properties");
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // held by this very process
        }
    }

    private static String content(FileChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(32);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }
}
