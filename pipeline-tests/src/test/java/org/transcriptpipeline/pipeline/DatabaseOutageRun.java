package org.transcriptpipeline.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.transcriptpipeline.archive.Traffic;
import org.transcriptpipeline.event.TranscriptEvent;

/// Postgres is stopped under load, events keep coming all the while, and it comes back: is everything stored that Kafka
/// acknowledged, nothing set aside, the consumer group at rest, the heap flat, and how fast is what has piled up gone?
///
/// [#main] is the long run, see docs/operations.md.
final class DatabaseOutageRun {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Plan plan;
    private final Acknowledged acknowledged = new Acknowledged();
    private final AtomicLong sent = new AtomicLong();

    /// @param before how long all is well
    /// @param archiverJvm its options: heap and compiler
    record Plan(int eventsPerSecond, Duration before, Duration outage, List<String> archiverJvm) {}

    /// @param events that Kafka acknowledged, of them `backlog` waited when the store took records again
    /// @param notThereOnce SIDs without a row of their own
    /// @param failedSends events that Kafka did not take
    /// @param rebalances how often a thread of the consumer got its partitions anew
    /// @param liveHeapBefore bytes after a full collection, as at the end of the outage and at the end of the run
    /// @param untilStoring from the return of Postgres to the first record stored
    /// @param drain from then until less than a second's worth of events waits
    /// @param storedPerSecond during the drain
    /// @param timesTheRate that, by the rate at which events keep coming
    record Report(
            long events,
            long backlog,
            long notThereOnce,
            long quarantined,
            int failedSends,
            int rebalances,
            long liveHeapBefore,
            long liveHeapInOutage,
            long liveHeapAfter,
            Duration untilStoring,
            Duration drain,
            double storedPerSecond,
            double timesTheRate) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    """
                    %d events, %d of them waiting when Postgres stored again
                    SIDs that are not there once: %d; records set aside: %d; events that Kafka did not take: %d
                    rebalances: %d
                    live heap of the archiver: %.1f MiB before, %.1f MiB at the end of the outage, %.1f MiB in the end
                    stored again %.1f s after Postgres was back; caught up %.1f s later
                    %.0f records a second while it caught up, %.1f times the rate at which events kept coming""",
                    events,
                    backlog,
                    notThereOnce,
                    quarantined,
                    failedSends,
                    rebalances,
                    liveHeapBefore / 1048576.0,
                    liveHeapInOutage / 1048576.0,
                    liveHeapAfter / 1048576.0,
                    untilStoring.toMillis() / 1e3,
                    drain.toMillis() / 1e3,
                    storedPerSecond,
                    timesTheRate);
        }
    }

    private DatabaseOutageRun(Plan plan) {
        this.plan = plan;
    }

    /// @param arguments events a second, and how many seconds Postgres is away
    public static void main(String[] arguments) throws Exception {
        int rate = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 120;
        var report = run(
                new Plan(rate, Duration.ofSeconds(20), Duration.ofSeconds(seconds), List.of("-Xmx512m")),
                Files.createTempDirectory("database-outage"));
        System.out.println(report);
        System.exit(0); // Kafka's threads would keep it
    }

    static Report run(Plan plan, Path directory) throws Exception {
        return new DatabaseOutageRun(plan).run(directory);
    }

    private Report run(Path directory) throws Exception {
        try (var servers = Servers.start(directory);
                var archiver = ServiceProcess.archiver(
                        "outage-archiver", plan.archiverJvm(), servers.settings(servers.postgresPort()))) {
            archiver.start();
            var isOver = new AtomicBoolean();
            var load = Thread.ofPlatform().start(() -> send(servers, isOver));
            try {
                return measure(servers, archiver, () -> {
                    isOver.set(true);
                    load.join();
                });
            } finally {
                isOver.set(true);
                load.join();
            }
        }
    }

    /// A consumer that joins late moves the others: that is no rebalance of the outage.
    private static void awaitPartitionsAtRest(ServiceProcess archiver) throws InterruptedException {
        int before;
        int looks = 0;
        do {
            before = rebalances(archiver);
            TimeUnit.SECONDS.sleep(2);
        } while (rebalances(archiver) != before && ++looks < 30);
    }

    private interface Stop {
        void stop() throws InterruptedException;
    }

    private Report measure(Servers servers, ServiceProcess archiver, Stop load) throws Exception {
        TimeUnit.NANOSECONDS.sleep(plan.before().toNanos());
        await("it keeps up before the outage", () -> waiting(servers) < plan.eventsPerSecond());
        awaitPartitionsAtRest(archiver);
        long heapBefore = archiver.liveHeap();
        int rebalancesBefore = rebalances(archiver);
        if (rebalancesBefore == 0) {
            throw new IllegalStateException("the archiver does not tell its assignments");
        }

        servers.stopPostgres();
        TimeUnit.NANOSECONDS.sleep(plan.outage().toNanos());
        long heapInOutage = archiver.liveHeap();
        servers.startPostgres();

        long back = System.nanoTime();
        long position = position(servers);
        await("it stores again", () -> position(servers) > position);
        long storing = System.nanoTime();
        long storedThen = position(servers);
        long backlog = sent.get() - storedThen;
        await("it catches up", () -> waiting(servers) < plan.eventsPerSecond());
        long caughtUp = System.nanoTime();
        long stored = position(servers) - storedThen;

        load.stop();
        await("it stores the rest", () -> waiting(servers) == 0);
        double perSecond = stored / ((caughtUp - storing) / 1e9);
        return new Report(
                sent.get(),
                backlog,
                acknowledged.notThereOnce(servers.database()).values().stream()
                        .mapToLong(Long::longValue)
                        .sum(),
                Acknowledged.quarantined(servers.database()),
                acknowledged.refused(),
                rebalances(archiver) - rebalancesBefore,
                heapBefore,
                heapInOutage,
                archiver.liveHeap(),
                Duration.ofNanos(storing - back),
                Duration.ofNanos(caughtUp - storing),
                perSecond,
                perSecond / plan.eventsPerSecond());
    }

    /// A hundredth of a second's worth at a time, at the times when they are due.
    private void send(Servers servers, AtomicBoolean isOver) {
        var traffic = new Traffic();
        Queue<TranscriptEvent> next = new ArrayDeque<>();
        long start = System.nanoTime();
        try (var producer = servers.producer()) {
            for (long due = 0;
                    !isOver.get();
                    due = (System.nanoTime() - start) * plan.eventsPerSecond() / 1_000_000_000) {
                while (sent.get() < due) {
                    if (next.isEmpty()) {
                        next.addAll(traffic.conversation());
                    }
                    acknowledged.send(producer, next.remove());
                    sent.incrementAndGet();
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private long waiting(Servers servers) {
        return sent.get() - position(servers);
    }

    /// How many records are behind the archiver; the position is committed with the rows.
    private static long position(Servers servers) {
        Long stored = servers.database()
                .queryForObject("SELECT coalesce(sum(next_offset), 0) FROM store.consumer_offsets", Long.class);
        return stored == null ? 0 : stored;
    }

    /// Each thread of the consumer is given its partitions anew.
    private static int rebalances(ServiceProcess archiver) throws InterruptedException {
        return (int) archiver.metric("transcripts_partition_assignments_total");
    }

    private interface Question {
        boolean isTrue();
    }

    private static void await(String what, Question question) throws InterruptedException {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (!question.isTrue()) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException(what + ": not after " + LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
