package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.notify.FaultyLink;

/// What goes wrong between the archiver and its servers, on real processes: slow, silent, frozen, full and failed-over
/// databases, an archiver that comes back from the dead, more partitions than before. After each, every
/// SID that Kafka acknowledged has its row, once, and nothing was set aside.
class ArchiverFaultsIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final List<String> SMALL_JVM = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

    @TempDir
    static Path directory;

    private static Servers servers;
    private static FaultyLink link;
    private static KafkaProducer<String, byte[]> producer;
    private static int standbyPort;
    private static ServiceProcess archiver;
    private static ServiceProcess other;

    private final Acknowledged acknowledged = new Acknowledged();

    @BeforeAll
    static void start() throws Exception {
        servers = Servers.start(directory);
        link = new FaultyLink(servers.postgresPort());
        producer = servers.producer();
        standbyPort = FreePort.find();
        servers.database()
                .execute("ALTER ROLE transcripts_archiver SET idle_in_transaction_session_timeout = '5s'"); // of 30
        archiver = ServiceProcess.archiver("faults-archiver", SMALL_JVM, settings());
        other = ServiceProcess.archiver("faults-other", SMALL_JVM, settings());
        archiver.launch();
        other.launch();
        archiver.awaitReady();
        other.awaitReady();
    }

    private static List<String> settings() {
        var settings = new ArrayList<>(servers.settings(link.port(), standbyPort));
        settings.addAll(Servers.QUICK_TAKEOVER);
        settings.add("--spring.datasource.hikari.connection-timeout=1500");
        settings.add("--spring.datasource.hikari.validation-timeout=1000");
        settings.add("--spring.datasource.hikari.data-source-properties.socketTimeout=2");
        return settings;
    }

    @AfterAll
    static void stop() {
        archiver.close();
        other.close();
        producer.close();
        link.close();
        servers.close();
    }

    private void publish(Events events, int from, int to) throws Exception {
        List<TranscriptEvent> all = new ArrayList<>(List.of(events.customerJoined()));
        for (int i = from; i < to; i++) {
            all.add(events.fromFlow(i, "text " + i));
            all.add(events.delivery(i, "delivered", null));
        }
        acknowledged.sendAll(producer, all);
    }

    private void allIsStored() {
        acknowledged.awaitStored(servers.database(), SOON);
    }

    private static void awaitTrouble() {
        await("the archivers say that they wait")
                .atMost(SOON)
                .until(() -> !archiver.readiness().startsWith("200")
                        && !other.readiness().startsWith("200"));
    }

    private static void awaitPeace() {
        archiver.awaitReady();
        other.awaitReady();
    }

    @Test
    void aSlowDatabaseIsWaitedFor() throws Exception {
        link.slowDown(Duration.ofMillis(20));
        try {
            publish(new Events(), 0, 200);
            allIsStored();
        } finally {
            link.mend();
        }
    }

    @Test
    @Tag("A6")
    @Tag("D2")
    @Tag("D5")
    void aRebalanceWhileASilentDatabaseIsRetriedSkipsNothing() throws Exception {
        var events = new Events();
        link.fallSilent();
        try {
            publish(events, 0, 100);
            awaitTrouble();
            other.kill(); // its partitions move to the one that is retrying
            publish(events, 100, 200);
            TimeUnit.SECONDS.sleep(7); // longer than the session of the one that is gone
        } finally {
            link.mend();
        }
        other.launch(); // and move back in the middle of what has piled up
        allIsStored();
        awaitPeace();
    }

    @Test
    @Tag("D2")
    void aFrozenDatabaseIsWaitedFor() throws Exception {
        servers.freezePostgres();
        try {
            publish(new Events(), 0, 100);
            awaitTrouble();
        } finally {
            servers.thawPostgres();
        }
        allIsStored();
        awaitPeace();
    }

    @Test
    @Tag("A16")
    void anArchiverThatComesBackFromTheDeadDoesNoHarm() throws Exception {
        var events = new Events();
        publish(events, 0, 300);
        archiver.freeze(); // perhaps in the middle of a batch
        try {
            publish(events, 300, 400);
            allIsStored(); // by the other one, once the session is over
        } finally {
            archiver.thaw();
        }
        publish(events, 400, 500);
        allIsStored();
        awaitPeace();
        assertThat(servers.database()
                        .queryForObject(
                                "SELECT message_count FROM transcripts.conversations WHERE conversation_sid = ?",
                                Integer.class,
                                events.conversationSid()))
                .isEqualTo(500);
    }

    @Test
    @Tag("K14")
    void morePartitionsThanBeforeLoseNothing() throws Exception {
        var events = new Events();
        var more = new Events();
        publish(events, 0, 50);
        try (var admin =
                Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
            admin.createPartitions(Map.of(Topics.EVENTS, NewPartitions.increaseTo(2 * Servers.PARTITIONS)))
                    .all()
                    .get();
        }
        try (var sender = servers.producer()) { // one that knows of them
            List<TranscriptEvent> late = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                late.add(new Events().fromCustomer(0, "of a conversation of its own"));
                late.add(events.delivery(i, "read", null));
            }
            acknowledged.sendAll(sender, late);
        }
        publish(more, 0, 10);
        allIsStored();
        await().atMost(SOON)
                .until(() -> Integer.valueOf(50)
                        .equals(servers.database()
                                .queryForObject(
                                        "SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ? AND delivery_status = 'read'",
                                        Integer.class,
                                        events.conversationSid())));
    }

    @Test
    @Tag("D4")
    void aFullDiskIsWaitedFor() throws Exception {
        var disk = Files.createDirectory(directory.resolve("small-disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()), "only root can mount");
        try {
            var tables = Files.createDirectory(disk.resolve("tables"));
            servers.database().execute("CREATE TABLESPACE small LOCATION '" + tables + "'");
            servers.database().execute("ALTER TABLE store.messages SET TABLESPACE small");
            var events = new Events();
            List<TranscriptEvent> large = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                large.add(events.fromCustomer(i, incompressible(100_000)));
            }
            acknowledged.sendAll(producer, large);
            await("no space is left")
                    .atMost(SOON)
                    .until(() -> archiver.readiness().contains("53100")
                            || other.readiness().contains("53100"));

            servers.database().execute("ALTER TABLE store.messages SET TABLESPACE pg_default");
            allIsStored();
            awaitPeace();
        } finally {
            servers.database().execute("ALTER TABLE store.messages SET TABLESPACE pg_default");
            servers.database().execute("DROP TABLESPACE IF EXISTS small");
            run("umount", disk.toString());
        }
    }

    @Test
    @Tag("D4")
    @Tag("D5")
    void afterAFailoverTheNewPrimaryGetsEverything() throws Exception {
        var events = new Events();
        publish(events, 0, 50);
        allIsStored();

        // the primary dies, its standby takes over, and it comes back as a standby: at its old address, read-only
        servers.stopPostgres();
        var standby = directory.resolve("standby");
        copy(servers.postgresDirectory(), standby);
        var mark = Files.createFile(servers.postgresDirectory().resolve("standby.signal"));
        try (var _ = EmbeddedPostgresServer.start(standby, standbyPort)) {
            servers.startPostgres();
            publish(events, 50, 100);

            var newPrimary = Servers.database(standbyPort);
            acknowledged.awaitStored(newPrimary, SOON);
            awaitPeace();
            assertThat(messages(servers.database(), events)).isEqualTo(50);
            assertThat(messages(newPrimary, events)).isEqualTo(100);
        } finally {
            servers.stopPostgres();
            Files.delete(mark);
            servers.startPostgres();
        }
        // another failover, to one that has not heard of the last transactions: with what comes next the archivers go
        // back to where it ends
        for (int i = 0; i < 10 * Servers.PARTITIONS; i++) {
            acknowledged.sendAll(producer, List.of(new Events().fromCustomer(0, "next")));
        }
        allIsStored();
        awaitPeace();
    }

    private static int messages(JdbcTemplate database, Events events) {
        return database.queryForObject(
                "SELECT count(*) FROM store.messages WHERE conversation_sid = ?",
                Integer.class,
                events.conversationSid());
    }

    private static String incompressible(int length) {
        return new Random(length)
                .ints(length, ' ', '~')
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                .toString();
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        if (!run("cp", "-a", from.toString(), to.toString())) {
            throw new IOException("could not copy " + from);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
