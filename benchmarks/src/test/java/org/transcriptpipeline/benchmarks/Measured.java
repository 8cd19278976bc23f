package org.transcriptpipeline.benchmarks;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// A process and those that it started, with what they used so far, those included that have ended.
final class Measured implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    /// Of the kernel's interface on every Linux that Java runs on (`USER_HZ`).
    private static final long MILLIS_PER_TICK = 10;

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final ProcessHandle process;

    private Measured(ProcessHandle process) {
        this.process = process;
    }

    /// One that somebody else started, and ends.
    static Measured of(long pid) {
        return new Measured(ProcessHandle.of(pid).orElseThrow());
    }

    /// @param log takes what it prints
    static Measured start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(variable -> variable.matches("(TWILIO|TRANSCRIPTS|SPRING|SPILL)_.*"));
        builder.environment().putAll(environment);
        return new Measured(builder.start().toHandle());
    }

    /// Waits until it listens.
    void awaitPort(int port) {
        await("port " + port + ", see target/benchmark-logs")
                .atMost(START_LIMIT)
                .failFast("it has ended, see target/benchmark-logs", () -> !process.isAlive())
                .until(() -> listens(port));
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Stops it, as a debugger would: it has work to do, and does none of it.
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill " + name + " ended with " + status);
        }
    }

    /// Processor time of all of them (fields 14 to 17 of `/proc/PID/stat`: own, and of children that have ended).
    Duration processorTime() {
        return Duration.ofMillis(tree().mapToLong(Measured::millis).sum());
    }

    private static long millis(ProcessHandle one) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(one.pid()), "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum() * MILLIS_PER_TICK;
        } catch (NoSuchFileException _) {
            return 0; // it has just ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The most memory that each of them had, together, in MiB (`VmHWM` of proc(5)).
    long peakMebibytes() {
        return tree().mapToLong(Measured::peakKibibytes).sum() / 1024;
    }

    private static long peakKibibytes(ProcessHandle one) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(one.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (NoSuchFileException _) {
            return 0; // it has just ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process), process.descendants());
    }

    @Override
    public void close() {
        var all = tree().toList();
        process.destroy();
        try {
            process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            // it is ended below
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
