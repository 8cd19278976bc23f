package org.transcriptpipeline.cli.export;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What is finished in a directory: a line for the definition, then one for each part, each on the disk before the next
/// part begins. A line that a crash cut off is taken away. While it is open, no other process exports into the
/// directory.
final class Journal implements AutoCloseable {

    static final String NAME = "export.journal";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private final FileChannel channel;

    private Journal(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// @throws RefusedException where another process has it open
    static Journal open(Path directory) throws IOException {
        var file = directory.resolve(NAME);
        var channel = PrivateFiles.openOrCreate(file);
        try {
            if (channel.tryLock() == null) {
                throw inUse();
            }
            channel.truncate(wholeLines(channel));
            channel.position(channel.size());
            return new Journal(file, channel);
        } catch (OverlappingFileLockException _) {
            channel.close();
            throw inUse();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static RefusedException inUse() {
        return new RefusedException("Another export is writing into this directory.");
    }

    /// Up to the last line end.
    private static long wholeLines(FileChannel channel) throws IOException {
        var one = ByteBuffer.allocate(1);
        for (long end = channel.size(); end > 0; end--) {
            one.clear();
            channel.read(one, end - 1);
            if (one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }

    /// @return null in one that is new
    @Nullable
    ExportDefinition definition() throws IOException {
        try (var lines = lines()) {
            var line = lines.readLine();
            return line == null ? null : read(line, ExportDefinition.class);
        }
    }

    /// Each part in turn; there may be very many.
    void forEachPart(PartConsumer consumer) throws IOException {
        try (var lines = lines()) {
            lines.readLine();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                consumer.accept(read(line, PartEntry.class));
            }
        }
    }

    @FunctionalInterface
    interface PartConsumer {
        void accept(PartEntry part) throws IOException;
    }

    void append(Object line) throws IOException {
        var bytes = ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }

    private BufferedReader lines() throws IOException {
        return Files.newBufferedReader(file, StandardCharsets.UTF_8);
    }

    private static <T> T read(String line, Class<T> type) {
        try {
            return JSON.readValue(line, type);
        } catch (JacksonException _) {
            throw new RefusedException(NAME + " in this directory is not one of this version's.");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
