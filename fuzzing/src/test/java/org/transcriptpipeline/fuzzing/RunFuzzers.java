package org.transcriptpipeline.fuzzing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs Jazzer on each target in a process of its own, as many at a time as there are processors, and ends with status
/// 1 where one of them found something. Not a test: how long is for who runs it to say.
///
/// Arguments: seconds for each target, then names of targets; none are all. What is learnt and what is found lies in
/// `target/fuzzing`, with the output of each run.
public final class RunFuzzers {

    private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");
    private static final Path WORK = Path.of("target", "fuzzing");
    private static final Duration START = Duration.ofMinutes(3);
    private static final Pattern COVERAGE = Pattern.compile("cov: (\\d+) ft: (\\d+) corp: (\\d+)");
    private static final Pattern RUNS = Pattern.compile("^Done (\\d+) runs in (\\d+) second", Pattern.MULTILINE);

    private RunFuzzers() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        long seconds = Long.parseLong(arguments[0]);
        var targets = arguments.length == 1
                ? List.of(FuzzTarget.values())
                : Arrays.stream(arguments).skip(1).map(FuzzTarget::of).toList();
        System.out.println("| target | began (UTC) | seconds | executions | coverage | features | inputs | outcome |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        boolean hasFindings = false;
        try (var lanes = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (var outcome : lanes.invokeAll(targets.stream()
                    .map(target -> (Callable<Boolean>) () -> run(target, seconds))
                    .toList())) {
                hasFindings |= outcome.get();
            }
        }
        System.exit(hasFindings ? 1 : 0);
    }

    /// Whether something was found.
    private static boolean run(FuzzTarget target, long seconds) throws IOException, InterruptedException {
        var directory = WORK.resolve(target.label());
        var learnt = Files.createDirectories(directory.resolve("learnt"));
        var output = directory.resolve("fuzzer.txt");
        var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.className(),
                "--instrumentation_includes=org.transcriptpipeline.**:tools.jackson.core.json.**",
                "--custom_hook_excludes=org.postgresql.**:io.zonky.**", // Jazzer 0.30.0 makes a class there that the
                // JVM refuses
                "--disabled_hooks=" + String.join(":", target.unfitDetectors()),
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + directory + "/",
                "-max_total_time=" + seconds,
                "-timeout=120", // the first input waits for classes to be instrumented
                "-rss_limit_mb=3000",
                learnt.toString(),
                CORPUS.resolve(target.label()).toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(seconds + START.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        var log = Files.readString(output, ISO_8859_1);
        var runs = last(RUNS, log);
        boolean isClean = ended && process.exitValue() == 0 && runs != null;
        var coverage = Objects.requireNonNullElse(last(COVERAGE, log), new String[] {"", "?", "?", "?"});
        System.out.println("| %s | %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        target.label(),
                        began,
                        runs == null ? "?" : runs[2],
                        runs == null ? "?" : runs[1],
                        coverage[1],
                        coverage[2],
                        coverage[3],
                        isClean ? "no finding" : ended ? "FINDING, see " + output : "DID NOT END, see " + output));
        return !isClean;
    }

    private static String @Nullable [] last(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .reduce((_, later) -> later)
                .map(match -> new String[] {
                    match.group(), match.group(1), match.group(2), match.groupCount() > 2 ? match.group(3) : ""
                })
                .orElse(null);
    }
}
