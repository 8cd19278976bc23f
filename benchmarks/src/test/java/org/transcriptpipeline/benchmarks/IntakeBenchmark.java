package org.transcriptpipeline.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.transcriptpipeline.embedded.FreePort;

/// Requests a second, and what they cost, of all [Receivers] in turns: one after the other, then all of them again.
/// After each turn every acknowledged request is looked for in Kafka; a turn where one is missing ends the run.
///
/// Arguments: seconds of a turn, rounds, connections (`64,256`), file for the report, and which [Receivers], if not
/// all. Ends with status 1 where something acknowledged is not stored.
public final class IntakeBenchmark {

    private static final Duration STORED_WITHIN = Duration.ofMinutes(1);
    private static final int WARM_UP = 3; // times what is measured: the second compiler takes its time

    private final SignedBodies bodies = new SignedBodies();
    private final Path directory;
    private final Duration turn;
    private final int rounds;
    private int doubled;

    private IntakeBenchmark(Path directory, Duration turn, int rounds) {
        this.directory = directory;
        this.turn = turn;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws Exception {
        var report = run(
                Duration.ofSeconds(Long.parseLong(arguments[0])),
                Integer.parseInt(arguments[1]),
                Stream.of(arguments[2].split(",")).map(Integer::parseInt).toList(),
                arguments.length < 5
                        ? List.of(Receivers.values())
                        : Stream.of(arguments[4].split(","))
                                .map(Receivers::valueOf)
                                .toList());
        Files.writeString(Path.of(arguments[3]), report);
        System.out.println(report);
    }

    /// @return the report, in Markdown
    static String run(Duration turn, int rounds, List<Integer> connections, List<Receivers> receivers)
            throws Exception {
        var directory = Files.createTempDirectory("benchmarks");
        try {
            return new IntakeBenchmark(directory, turn, rounds).run(connections, receivers);
        } finally {
            Processes.delete(directory);
        }
    }

    /// One that runs.
    private record Running(Receivers receiver, int port, Measured process, ByteBuffer[] requests) {}

    /// One turn of one of them.
    ///
    /// @param seconds of processor time for 10 000 requests, of the receiver and of Kafka
    private record Turn(double perSecond, double p50, double p99, double seconds, double kafkaSeconds) {}

    private String run(List<Integer> connections, List<Receivers> receivers) throws Exception {
        int kafkaPort = FreePort.find();
        var bootstrapServers = "127.0.0.1:" + kafkaPort;
        var report = new StringBuilder();
        try (var kafka = Processes.broker(directory.resolve("kafka"), kafkaPort)) {
            var installed = receivers.stream().filter(Receivers::isInstalled).toList();
            Stored.createTopics(
                    bootstrapServers,
                    installed.stream()
                            .flatMap(one -> one.topics().stream())
                            .filter(topic -> topic.startsWith("benchmarks."))
                            .distinct()
                            .toList());
            var running = new ArrayList<Running>();
            try (var stored = new Stored(bootstrapServers, bodies)) {
                for (var receiver : installed) {
                    running.add(start(receiver, bootstrapServers));
                }
                for (var one : running) {
                    Load.run(one.port(), one.requests(), connections.getFirst(), turn.multipliedBy(WARM_UP * rounds));
                }
                for (int many : connections) {
                    var turns = new EnumMap<Receivers, List<Turn>>(Receivers.class);
                    for (int round = 0; round < rounds; round++) {
                        for (var one : running) {
                            turns.computeIfAbsent(one.receiver(), _ -> new ArrayList<>())
                                    .add(turn(one, kafka, stored, many));
                        }
                    }
                    report.append(table(many, turns, running));
                }
            } finally {
                running.forEach(one -> one.process().close());
            }
        }
        var sizes = bodies.sizes();
        return """
                %d different requests of %d to %d bytes (mean %d); turns of %d s, %d rounds; %d processors. Every acknowledged request \
                was found in Kafka after each turn, %d of them more often than they were acknowledged. Medians, in brackets the lowest and the highest; processor seconds are for 10 000 requests; \
                memory is the most that the receiver had, of all its processes.

                """.formatted(
                                bodies.count(),
                                sizes[0],
                                sizes[2],
                                sizes[1],
                                turn.toSeconds(),
                                rounds,
                                Runtime.getRuntime().availableProcessors(),
                                doubled)
                + report;
    }

    private Turn turn(Running one, Measured kafka, Stored stored, int connections)
            throws IOException, InterruptedException {
        var before = stored.ends(one.receiver().topics());
        var used = one.process().processorTime();
        var kafkaUsed = kafka.processorTime();
        var outcome = Load.run(one.port(), one.requests(), connections, turn);
        var spent = one.process().processorTime().minus(used);
        var kafkaSpent = kafka.processorTime().minus(kafkaUsed);
        if (outcome.refused() > 0 || outcome.unanswered() > 0) {
            throw new IllegalStateException("%s: %d refused, %d unanswered"
                    .formatted(one.receiver().label(), outcome.refused(), outcome.unanswered()));
        }
        if (!one.receiver().topics().isEmpty()) {
            awaitStored(one.receiver(), outcome.acknowledged(), stored, before);
        }
        int all = Arrays.stream(outcome.acknowledged()).sum();
        return new Turn(
                outcome.perSecond(),
                outcome.percentile(50),
                outcome.percentile(99),
                spent.toNanos() / 1e9 / all * 10_000,
                kafkaSpent.toNanos() / 1e9 / all * 10_000);
    }

    /// What was spilled, since Kafka did not answer in time, comes a little later, and may be there twice.
    private void awaitStored(Receivers receiver, int[] acknowledged, Stored stored, Map<TopicPartition, Long> before)
            throws InterruptedException {
        long last = System.nanoTime() + STORED_WITHIN.toNanos();
        while (true) {
            var found = stored.since(before);
            int missing = IntStream.range(0, found.length)
                    .map(i -> Math.max(0, acknowledged[i] - found[i]))
                    .sum();
            if (missing == 0) {
                doubled +=
                        Arrays.stream(found).sum() - Arrays.stream(acknowledged).sum();
                return;
            }
            if (System.nanoTime() > last) {
                throw new IllegalStateException(
                        "%s: %d acknowledged requests are not in Kafka".formatted(receiver.label(), missing));
            }
            Thread.sleep(500);
        }
    }

    private static String table(int connections, Map<Receivers, List<Turn>> turns, List<Running> running) {
        var ours = Figures.median(turns.getOrDefault(Receivers.INGEST, List.of()), Turn::perSecond);
        return "## " + connections + " connections\n\n"
                + "| receiver | requests a second | ours by this | p50 ms | p99 ms | processor s | Kafka's | MiB |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
                + running.stream()
                        .map(one -> {
                            var of = turns.getOrDefault(one.receiver(), List.of());
                            return "| %s | %s | %.2f | %s | %s | %s | %s | %d |%n"
                                    .formatted(
                                            one.receiver().label(),
                                            Figures.spread(of, Turn::perSecond, "%.0f"),
                                            ours / Figures.median(of, Turn::perSecond),
                                            Figures.spread(of, Turn::p50, "%.1f"),
                                            Figures.spread(of, Turn::p99, "%.1f"),
                                            Figures.spread(of, Turn::seconds, "%.2f"),
                                            Figures.spread(of, Turn::kafkaSeconds, "%.2f"),
                                            one.process().peakMebibytes());
                        })
                        .collect(Collectors.joining())
                + "\n";
    }

    private Running start(Receivers receiver, String bootstrapServers) throws IOException, InterruptedException {
        var setting = new Receivers.Setting(
                FreePort.find(), bootstrapServers, receiver.topic(), directory.resolve(receiver.name()));
        var process = Measured.start(
                receiver.command(setting),
                setting.environment(),
                Processes.log(receiver.name().toLowerCase(Locale.ROOT)));
        process.awaitPort(setting.port());
        return new Running(receiver, setting.port(), process, bodies.requests(receiver.path()));
    }
}
