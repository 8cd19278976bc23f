package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A main class in a JVM of its own, which can be killed and started again. Its output is in
/// `target/standalone-logs`.
final class JavaProcess implements AutoCloseable {

    private static final long STOP_SECONDS = 30;

    private final String name;
    private final Class<?> main;
    private final List<String> arguments;
    private int starts;
    private @Nullable Process process;

    JavaProcess(String name, Class<?> main, List<String> arguments) {
        this.name = name;
        this.main = main;
        this.arguments = List.copyOf(arguments);
    }

    void start() throws IOException {
        var log = Files.createDirectories(Path.of("target", "standalone-logs")).resolve(name + "-" + ++starts + ".log");
        var command = Stream.concat(
                Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1", // it lives for a minute or two
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName()),
                arguments.stream());
        var builder =
                new ProcessBuilder(command.toList()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.matches("(TWILIO|TRANSCRIPTS|SPRING|HANDOFF|STANDALONE|SPILL)_.*"));
        process = builder.start();
    }

    /// `kill -9`.
    void kill() {
        end(running().destroyForcibly());
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            running().destroy();
            try {
                end(running());
            } catch (java.util.concurrent.CompletionException _) {
                kill();
            }
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    private static void end(Process process) {
        process.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    }
}
