package org.transcriptpipeline.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.transcriptpipeline.transcript.Rendering;

/// What single pieces cost, by JMH, of [Pieces] and [Rendering].
///
/// Arguments: file for the report, and a pattern for the names of those that are wanted (`.*`).
public final class PiecesBenchmark {

    private PiecesBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        var report = report(new Runner(those(arguments[1])
                        .forks(2)
                        .jvmArgsAppend("-Xmx256m", "-XX:+UseSerialGC") // as the services have it
                        .warmupIterations(4)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .build())
                .run());
        Files.writeString(Path.of(arguments[0]), report);
        System.out.println(report);
    }

    /// Each once and for a moment, in this process: that they run, not how fast.
    ///
    /// @return the report, in Markdown
    static String smoke() throws RunnerException {
        return report(new Runner(those(".*")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(100))
                        .build())
                .run());
    }

    private static OptionsBuilder those(String pattern) {
        var options = new OptionsBuilder();
        options.include("(?:%s|%s)\\.(?:%s)$"
                        .formatted(Pieces.class.getSimpleName(), Rendering.class.getSimpleName(), pattern))
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .shouldFailOnError(true);
        return options;
    }

    private static String report(Collection<RunResult> results) {
        return results.stream()
                .map(result -> {
                    var parameters = result.getParams();
                    var name = parameters.getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1");
                    var sizes = parameters.getParamsKeys().stream()
                            .map(key -> ", " + parameters.getParam(key) + " " + key)
                            .collect(Collectors.joining());
                    var primary = result.getPrimaryResult();
                    return "| %s%s | %s | %s |"
                            .formatted(name, sizes, number(primary.getScore()), number(primary.getScoreError()));
                })
                .collect(Collectors.joining("\n", """
                        Microseconds a call, for one event or one transcript, with the half of the interval that JMH is sure of to 99.9 %.

                        | piece | µs | ± |
                        | --- | --- | --- |
                        """, "\n"));
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
    }
}
