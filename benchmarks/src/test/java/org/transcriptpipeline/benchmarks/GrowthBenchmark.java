package org.transcriptpipeline.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Messages a second as things grow: archivers, partitions, the length of conversations; one of them at a time. Each
/// size has its own Kafka, Postgres and archivers, and all sizes come again in each round. How the store's own size
/// counts is measured elsewhere (docs/size.md).
///
/// Arguments: messages of a turn, rounds, file for the report.
public final class GrowthBenchmark {

    private static final List<Scale> SCALES = List.of(
            Scale.USUAL,
            new Scale(2, 12, 10),
            new Scale(4, 12, 10),
            new Scale(1, 1, 10),
            new Scale(1, 6, 10),
            new Scale(1, 24, 10),
            new Scale(1, 12, 1_000),
            new Scale(1, 12, 50_000));

    private GrowthBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        var report = run(Integer.parseInt(arguments[0]), 1, Integer.parseInt(arguments[1]), SCALES);
        Files.writeString(Path.of(arguments[2]), report);
        System.out.println(report);
    }

    /// @param warmUps turns of each size in each round, before the one that counts
    /// @return the report, in Markdown
    static String run(int messages, int warmUps, int rounds, List<Scale> scales) throws Exception {
        var turns = new LinkedHashMap<Scale, List<Turn>>();
        for (int round = 0; round < rounds; round++) {
            for (var scale : scales) {
                var measured = ArchiveBenchmark.measure(messages, warmUps, 1, List.of(Archives.ARCHIVER), scale);
                turns.computeIfAbsent(scale, _ -> new ArrayList<>())
                        .addAll(measured.turns().get(Archives.ARCHIVER));
            }
        }
        return report(turns, messages, rounds);
    }

    private static String report(Map<Scale, List<Turn>> turns, int messages, int rounds) {
        var first = Figures.median(turns.values().iterator().next(), Turn::perSecond);
        return """
                %d messages in each turn, %d rounds, each size with processes of its own and one turn that warms up; %d processors, which Kafka, \
                Postgres and the archivers share. Tables are empty at the beginning of each turn. Every message was found after each turn, and no \
                other. Medians, in brackets the lowest and the highest; processor seconds are for 10 000 messages, of all archivers together, with \
                what they do behind the rows.

                | archivers | partitions | messages of a conversation | %s
                | --- | --- | --- | --- | --- | --- | --- |
                """.formatted(
                        messages, rounds, Runtime.getRuntime().availableProcessors(), Turn.header("against the first"))
                + turns.entrySet().stream()
                        .map(one -> row(one.getKey(), one.getValue(), first))
                        .collect(Collectors.joining());
    }

    private static String row(Scale scale, List<Turn> turns, double first) {
        return "| %d | %d | %d | %s%n"
                .formatted(
                        scale.archivers(),
                        scale.partitions(),
                        scale.conversationLength(),
                        Turn.columns(turns, Figures.median(turns, Turn::perSecond) / first));
    }
}
