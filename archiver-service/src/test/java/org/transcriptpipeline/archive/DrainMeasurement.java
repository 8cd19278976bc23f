package org.transcriptpipeline.archive;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.kafka.TopicProvisioner;

/// How fast a backlog drains. Not a test: run by hand, see docs/operations.md. A broker and a database are started
/// here, the archiver in a JVM of its own with 512 MiB of heap; the clock runs from its first stored row to its
/// last.
///
/// The mix is that of [Traffic].
public final class DrainMeasurement {

    private DrainMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        int wanted = arguments.length == 0 ? 200_000 : Integer.parseInt(arguments[0]);
        TestDatabase.clear();
        measure(wanted);
        System.out.println(TestDatabase.superuser().queryForMap("""
                        SELECT
                            (SELECT count(*) FROM store.conversations) AS conversations,
                            (SELECT count(*) FROM store.messages) AS messages,
                            (SELECT count(*) FROM store.deliveries) AS deliveries,
                            (SELECT count(*) FROM store.quarantined_records) AS quarantined
                        """));
        System.exit(0);
    }

    /// Lets that many events, at least, wait in Kafka, and an archiver store them.
    ///
    /// @return events a second
    static double measure(int wanted) throws Exception {
        var topics = new TopicProvisioner(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers()),
                new TopicProperties(true, 6, (short) 1, 1, Duration.ofDays(7), "producer"),
                Set.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.READY));
        topics.provision();
        long before = stored();
        int events = fill(wanted);
        System.out.printf("%d events are waiting%n", events);
        var archiver = archiver();
        try {
            long first = await(before + 1);
            var archiverBefore = cpu(archiver.toHandle());
            var postgresBefore = postgresCpu();
            long last = await(before + events);
            System.out.printf(
                    "processor seconds: archiver %.1f, Postgres %.1f%n",
                    cpu(archiver.toHandle()) - archiverBefore, postgresCpu() - postgresBefore);
            var seconds = (last - first) / 1e9;
            System.out.printf("%d events in %.1f s: %.0f a second%n", events, seconds, events / seconds);
            return events / seconds;
        } finally {
            archiver.destroy();
            archiver.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static Process archiver() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        ManagementFactory.getRuntimeMXBean().getClassPath(),
                        ArchiverApplication.class.getName(),
                        "--server.port=0",
                        "--management.server.port=0",
                        "--spring.kafka.bootstrap-servers=" + TestBroker.bootstrapServers(),
                        "--spring.datasource.url=" + TestDatabase.server().jdbcUrl(),
                        "--spring.datasource.password=" + TestDatabase.PASSWORD,
                        "--spring.flyway.user=" + DatabaseRoles.MIGRATOR,
                        "--spring.flyway.password=" + TestDatabase.PASSWORD,
                        "--transcripts.console.username=drain",
                        "--transcripts.console.password=" + TestDatabase.PASSWORD,
                        "--logging.config=classpath:logback-test.xml")
                .inheritIO()
                .start();
    }

    private static double cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    /// Of the sessions that are open; the pool keeps its own while it runs.
    private static double postgresCpu() {
        return TestDatabase.superuser()
                .queryForList("SELECT pid FROM pg_stat_activity WHERE usename = 'transcripts_archiver'", Long.class)
                .stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .mapToDouble(DrainMeasurement::cpu)
                .sum();
    }

    private static int fill(int wanted) {
        var records = new EventRecords(new EventCodec());
        var traffic = new Traffic();
        int count = 0;
        try (var producer = TestBroker.producer()) {
            while (count < wanted) {
                var events = traffic.conversation();
                events.forEach(event -> producer.send(records.of(event)));
                count += events.size();
            }
        }
        return count;
    }

    /// Waits until so many records are behind the archiver; the position is committed with the rows.
    private static long await(long records) throws InterruptedException {
        var limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (System.nanoTime() < limit) {
            if (stored() >= records) {
                return System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new IllegalStateException("the backlog did not drain");
    }

    private static long stored() {
        Long stored = TestDatabase.superuser()
                .queryForObject("SELECT coalesce(sum(next_offset), 0) FROM store.consumer_offsets", Long.class);
        return stored == null ? 0 : stored;
    }
}
