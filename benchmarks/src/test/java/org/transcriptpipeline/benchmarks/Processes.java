package org.transcriptpipeline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// How processes of the benchmarks are started, and what they leave.
final class Processes {

    private static final List<String> IMAGE_OPTIONS = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private Processes() {}

    /// A Java program of this class path that logs little.
    ///
    /// @param heap at most, `256m`
    static List<String> java(Class<?> main, String heap, String... arguments) {
        return command(main, List.of("-Xmx" + heap, "-Dlogback.configurationFile=quiet.xml"), arguments);
    }

    /// A broker that listens.
    static Measured broker(Path directory, int port) throws IOException {
        var broker = Measured.start(
                java(Broker.class, "1g", directory.toString(), Integer.toString(port)), Map.of(), log("kafka"));
        broker.awaitPort(port);
        return broker;
    }

    /// A service as the image starts it, with the heap that is the goal.
    ///
    /// @param foreign what this class path has and the service's own has not, see the standalone
    /// @return can be added to
    static List<String> service(Class<?> main, String foreign, String... arguments) {
        var options = new ArrayList<>(IMAGE_OPTIONS);
        options.add("-Dstandalone.foreign-technologies=" + foreign);
        return command(main, options, arguments);
    }

    /// Something else with the same heap and collector, to be measured beside a service.
    static List<String> besideServices(Class<?> main) {
        var options = new ArrayList<>(IMAGE_OPTIONS);
        options.add("-Dlogback.configurationFile=quiet.xml");
        return command(main, options);
    }

    private static List<String> command(Class<?> main, List<String> options, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /// Where what a process prints goes.
    static Path log(String name) throws IOException {
        return Files.createDirectories(Path.of("target", "benchmark-logs")).resolve(name + ".log");
    }

    static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
