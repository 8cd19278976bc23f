package org.transcriptpipeline.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.kafka.TopicProvisioner;

/// Rows a second, and what they cost, of all [Archives] in turns: one after the other into empty tables, then all of
/// them again. The clock runs from the first visible row to the last. After each turn every message that was put into
/// Kafka is looked for in the table; a turn where one is missing, or where one is that nobody sent, ends the run.
///
/// Arguments: events of a turn, rounds, file for the report, and which [Archives], if not all.
public final class ArchiveBenchmark implements AutoCloseable {

    private static final Duration TURN_LIMIT = Duration.ofMinutes(10);
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(5);
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final int NAIVE_SHARE = 10; // of all events one in so many: it would take an hour

    private final Path directory;
    private final int events;
    private final Scale scale;
    private final String bootstrapServers;
    private final Measured kafka;
    private final TargetDatabase target;
    private final Archivers archivers;

    private ArchiveBenchmark(Path directory, int events, Scale scale) throws Exception {
        this.directory = directory;
        this.events = events;
        this.scale = scale;
        int port = FreePort.find();
        bootstrapServers = "127.0.0.1:" + port;
        kafka = Processes.broker(directory.resolve("kafka"), port);
        target = TargetDatabase.start(directory.resolve("postgres"));
        createTopics();
        archivers = Archivers.start(scale.archivers(), bootstrapServers, target);
    }

    public static void main(String[] arguments) throws Exception {
        var report = run(
                Integer.parseInt(arguments[0]),
                1,
                Integer.parseInt(arguments[1]),
                arguments.length < 4
                        ? List.of(Archives.values())
                        : Stream.of(arguments[3].split(","))
                                .map(Archives::valueOf)
                                .toList());
        Files.writeString(Path.of(arguments[2]), report);
        System.out.println(report);
    }

    /// @param warmUps rounds before those that count
    /// @return the report, in Markdown
    static String run(int events, int warmUps, int rounds, List<Archives> archives) throws Exception {
        var measured = measure(events, warmUps, rounds, archives, Scale.USUAL);
        return report(measured, events, rounds);
    }

    /// One size of everything, with processes of its own.
    static Results measure(int events, int warmUps, int rounds, List<Archives> archives, Scale scale) throws Exception {
        var directory = Files.createTempDirectory("benchmarks");
        try (var benchmark = new ArchiveBenchmark(directory, events, scale)) {
            return benchmark.run(archives, warmUps, rounds);
        } finally {
            Processes.delete(directory);
        }
    }

    /// @param archiverMebibytes the most memory of one archiver
    /// @param connectMebibytes of Kafka Connect, 0 where it did not take part
    record Results(Map<Archives, List<Turn>> turns, long archiverMebibytes, long connectMebibytes) {}

    private void createTopics() throws Exception {
        new TopicProvisioner(
                        Map.of("bootstrap.servers", bootstrapServers),
                        new TopicProperties(true, scale.partitions(), (short) 1, 1, Duration.ofDays(7), "producer"),
                        Set.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.READY))
                .provision();
        Stored.createTopics(bootstrapServers, List.of(Backlog.PLAIN_TOPIC));
    }

    private Results run(List<Archives> archives, int warmUps, int rounds) throws Exception {
        var installed = archives.stream()
                .filter(one -> !one.isConnect() || Connect.isInstalled())
                .toList();
        var turns = new EnumMap<Archives, List<Turn>>(Archives.class);
        long connectMebibytes = 0;
        try (var backlog = new Backlog(bootstrapServers, events, scale.conversationLength());
                var connect = installed.stream().anyMatch(Archives::isConnect)
                        ? Connect.start(directory.resolve("connect"), bootstrapServers)
                        : null) {
            // ours do not read them
            var rows = installed.stream().allMatch(Archives::isOurs) ? Backlog.Filled.NOTHING : backlog.rows();
            for (int round = 0; round < warmUps + rounds; round++) {
                for (var one : installed) {
                    var turn = switch (one) {
                        case ARCHIVER -> archiver(backlog::messages);
                        case MIX -> archiver(backlog::mix);
                        case COPY -> copy(rows);
                        case NAIVE -> naive(round, rows);
                        default -> connect(Objects.requireNonNull(connect), one, round, rows);
                    };
                    if (round >= warmUps) {
                        turns.computeIfAbsent(one, _ -> new ArrayList<>()).add(turn);
                    }
                }
            }
            connectMebibytes = connect == null ? 0 : connect.process().peakMebibytes();
        }
        return new Results(turns, archivers.peakMebibytes(), connectMebibytes);
    }

    /// All archivers are stopped while their backlog grows; their tables are emptied meanwhile.
    private Turn archiver(Supplier<Backlog.Filled> fill) throws Exception {
        awaitSettled();
        archivers.pause();
        long before;
        Backlog.Filled filled;
        try {
            before = target.position();
            filled = fill.get();
            target.clear();
        } finally {
            archivers.goOn();
        }
        var meter = new Meter(archivers.processes());
        long first = await(() -> target.position() > before);
        long begun = target.position() - before;
        long last = await(() -> target.position() >= before + filled.records());
        awaitSettled(); // what it does behind the rows is a part of its cost
        var turn = meter.turn(filled.records() - begun, first, last, filled.records());
        target.verify(
                TargetDatabase.OURS, filled.messageSids(), filled.messageSids().size());
        return turn;
    }

    /// Of the rows that the archiver has just written.
    private Turn copy(Backlog.Filled rows) throws Exception {
        var file = directory.resolve("rows");
        target.copyOut(file);
        target.clear();
        var threads = ManagementFactory.getThreadMXBean();
        long used = threads.getCurrentThreadCpuTime();
        var postgresUsed = target.postmaster().processorTime();
        long first = System.nanoTime();
        long count = target.copyIn(file);
        long last = System.nanoTime();
        var turn = Turn.of(
                count,
                first,
                last,
                Duration.ofNanos(threads.getCurrentThreadCpuTime() - used),
                target.postmaster().processorTime().minus(postgresUsed),
                count);
        target.verify(
                TargetDatabase.THEIRS, rows.messageSids(), rows.messageSids().size());
        return turn;
    }

    private Turn connect(Connect connect, Archives one, int round, Backlog.Filled rows) throws Exception {
        target.clear();
        var name = one.name() + "-" + round;
        var meter = new Meter(List.of(connect.process()));
        connect.open(
                name,
                target.jdbcUrl() + "?reWriteBatchedInserts=true",
                TargetDatabase.THEIRS,
                Archivers.CONSUMERS,
                one.settings());
        try {
            long first = await(() -> target.count() > 0);
            long begun = target.count();
            long last = await(() -> target.has(rows.last()));
            connect.assertRunning(name);
            var turn = meter.turn(rows.records() - begun, first, last, rows.records());
            target.verify(
                    TargetDatabase.THEIRS,
                    rows.messageSids(),
                    rows.messageSids().size());
            return turn;
        } finally {
            connect.close(name);
        }
    }

    private Turn naive(int round, Backlog.Filled rows) throws Exception {
        target.clear();
        int wanted = rows.records() / NAIVE_SHARE;
        try (var process = Measured.start(
                Processes.java(
                        NaiveArchive.class,
                        "256m",
                        bootstrapServers,
                        "naive-" + round,
                        target.jdbcUrl() + "?user=postgres",
                        TargetDatabase.THEIRS,
                        Integer.toString(wanted)),
                Map.of(),
                Processes.log("naive"))) {
            long first = await(() -> target.count() > 0);
            var meter = new Meter(List.of(process)); // not of its start, which a service has once
            long last = await(() -> target.count() >= wanted);
            var turn = meter.turn(wanted, first, last, wanted);
            target.verify(TargetDatabase.THEIRS, rows.messageSids(), wanted);
            return turn;
        }
    }

    /// What was used since it was made.
    private final class Meter {

        private final List<Measured> writers;
        private final Duration used;
        private final Duration postgresUsed = target.postmaster().processorTime();

        Meter(List<Measured> writers) {
            this.writers = writers;
            this.used = processorTime(writers);
        }

        private static Duration processorTime(List<Measured> processes) {
            return processes.stream().map(Measured::processorTime).reduce(Duration.ZERO, Duration::plus);
        }

        /// @param counted rows or events between the first time and the last, in nanoseconds
        /// @param all that the processor time is divided by
        Turn turn(long counted, long first, long last, long all) {
            return Turn.of(
                    counted,
                    first,
                    last,
                    processorTime(writers).minus(used),
                    target.postmaster().processorTime().minus(postgresUsed),
                    all);
        }
    }

    /// @return when it was so
    private static long await(BooleanSupplier condition) {
        Awaitility.await("the backlog drains, see target/benchmark-logs")
                .atMost(TURN_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(OFTEN)
                .until(condition::getAsBoolean);
        return System.nanoTime();
    }

    private void awaitSettled() {
        Awaitility.await("messages have become searchable")
                .atMost(SETTLED_WITHIN)
                .until(target::isSettled);
    }

    private static String report(Results results, int events, int rounds) {
        var turns = results.turns();
        var ours = Figures.median(turns.getOrDefault(Archives.ARCHIVER, List.of()), Turn::perSecond);
        return """
                %d events in each turn (%d for the consumer that upserts record by record), %d rounds after one that warms up; %d \
                processors, which Kafka, Postgres and the contender share. Tables are empty at the beginning of each turn. Every message was found \
                after each turn, and no other. Medians, in brackets the lowest and the highest; processor seconds are for 10 000 events. Most memory: archiver %d MiB, Connect %d MiB.

                | who | %s
                | --- | --- | --- | --- | --- |
                """.formatted(
                                events,
                                events / NAIVE_SHARE,
                                rounds,
                                Runtime.getRuntime().availableProcessors(),
                                results.archiverMebibytes(),
                                results.connectMebibytes(),
                                Turn.header("ours by this"))
                + turns.entrySet().stream()
                        .map(one -> "| %s | %s%n"
                                .formatted(
                                        one.getKey().label(),
                                        Turn.columns(
                                                one.getValue(),
                                                ours / Figures.median(one.getValue(), Turn::perSecond))))
                        .collect(Collectors.joining());
    }

    @Override
    public void close() {
        archivers.close();
        target.close();
        kafka.close();
    }
}
