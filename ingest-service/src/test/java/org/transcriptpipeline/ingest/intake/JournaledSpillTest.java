package org.transcriptpipeline.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;
import org.transcriptpipeline.ingest.intake.Publication.SetAside;
import org.transcriptpipeline.ingest.intake.Publication.Spilled;

/// What the spill promises of a disk, in the process and beyond its end.
class JournaledSpillTest {

    private static final String TOPIC = SpillWriter.TOPIC;

    @TempDir
    Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<JournaledSpill> opened = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(JournaledSpill::close);
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void whatIsKeptComesBackAsItWasAndInItsOrder() {
        var spill = open(1 << 30);
        for (int i = 0; i < 50; i++) {
            assertThat(keep(spill, i, 100)).isEqualTo(new Spilled());
        }
        spill.close();

        var again = open(1 << 30);
        var entries = again.oldest(TOPIC, 100, 1 << 20);

        assertThat(entries)
                .extracting(entry -> SpillWriter.numberOf(entry.spilled()))
                .isSorted()
                .hasSize(50);
        var first = entries.getFirst().spilled().toProducerRecord();
        var written = SpillWriter.aRecord(0, 100);
        assertThat(first.topic()).isEqualTo(written.topic());
        assertThat(first.key()).isEqualTo(written.key());
        assertThat(first.value()).isEqualTo(written.value());
        assertThat(first.headers()).isEqualTo(written.headers());
        assertThat(first.timestamp()).isNull();
        assertThat(again.totals().records()).isEqualTo(50);
        assertThat(again.age()).isPositive();

        again.drained(TOPIC, entries);

        assertThat(again.totals().records()).isZero();
        assertThat(again.usedBytes()).isZero();
        assertThat(again.age()).isNull();
        assertThat(again.topics()).isEmpty();
    }

    @Test
    void aChunkIsBoundedInBytesAndNeverEmpty() {
        var spill = open(1 << 30);
        for (int i = 0; i < 5; i++) {
            keep(spill, i, 10_000);
        }

        assertThat(spill.oldest(TOPIC, 100, 25_000)).hasSize(2);
        assertThat(spill.oldest(TOPIC, 100, 100)).hasSize(1);
        assertThat(spill.oldest(TOPIC, 3, 1 << 20)).hasSize(3);
    }

    @Test
    @Tag("I19")
    void whenItIsFullItSaysSoAndTakesAgainWhenThereIsRoom() {
        var spill = open(100_000);
        int kept = 0;
        while (keep(spill, kept, 10_000) instanceof Spilled) {
            kept++;
        }

        assertThat(kept).isEqualTo(9);
        assertThat(keep(spill, 10, 10_000)).isEqualTo(new Rejected(Reason.SPILL_FULL));
        assertThat(meters.counter("transcripts.spill.rejected", "reason", "spill_full")
                        .count())
                .isEqualTo(2);

        spill.drained(TOPIC, spill.oldest(TOPIC, 1, 1));

        assertThat(keep(spill, 10, 10_000)).isEqualTo(new Spilled());
    }

    @Test
    void whatCouldNotBeVerifiedTakesNoRoomFromEvents() {
        var spill = open(100_000);
        var unverified = new ProducerRecord<>(Topics.QUARANTINE, "AC", new byte[6_000]);

        assertThat(spill.keepAside(unverified, Reason.KAFKA_AWAY).join()).isEqualTo(new Spilled());
        assertThat(spill.keepAside(unverified, Reason.KAFKA_AWAY).join()).isEqualTo(new Rejected(Reason.SPILL_FULL));

        for (int i = 0; i < 9; i++) {
            assertThat(keep(spill, i, 10_000)).isEqualTo(new Spilled());
        }
        assertThat(spill.topics()).containsExactlyInAnyOrder(TOPIC, Topics.QUARANTINE);
    }

    @Test
    void itGivesTheDiskBackWhatIsNotNeededAnyMore() throws IOException {
        var spill = open(1 << 30);
        for (int i = 0; i < 100; i++) {
            keep(spill, i, 100_000);
        }
        assertThat(sizeOnDisk()).isGreaterThan(10_000_000);

        for (var chunk = spill.oldest(TOPIC, 256, 1 << 20); !chunk.isEmpty(); ) {
            spill.drained(TOPIC, chunk);
            chunk = spill.oldest(TOPIC, 256, 1 << 20);
        }

        assertThat(sizeOnDisk()).isLessThan(100_000);
    }

    @Test
    void aSecondProcessIsToldWhoElseIsThere() throws Exception {
        start("0", 100, false).awaitKept(10);

        assertThatThrownBy(() -> open(1 << 30))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another process is at work on it")
                .hasMessageContaining("SPILL_DIRECTORY");
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        directory = directory.resolve("new");
        open(1 << 30);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    @Test
    void aDirectoryThatIsNoneIsAClearError() throws IOException {
        directory = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> open(1 << 30))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SPILL_DIRECTORY must name a directory that this process can write");
    }

    @Test
    void aRecordThatTheDiskHasChangedIsToldFromTheOthers() throws Exception {
        var spill = open(1 << 30);
        for (int i = 0; i < 3; i++) {
            keep(spill, i, 100);
        }
        spill.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("waiting.db"));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE waiting SET value = x'00' WHERE id = 2");
        }

        var again = open(1 << 30);

        assertThat(again.oldest(TOPIC, 10, 1 << 20))
                .extracting(SpillJournal.Entry::isWhole)
                .containsExactly(true, false, true);
    }

    @Test
    void aJournalThatIsNoneAnyMoreIsPutAwayAndANewOneTaken() throws IOException {
        var spill = open(1 << 30);
        keep(spill, 0, 100);
        spill.close();
        var file = directory.resolve("waiting.db");
        Files.write(
                file,
                "nothing of the kind, for a hundred bytes and some more"
                        .repeat(40)
                        .getBytes(StandardCharsets.UTF_8));

        var again = open(1 << 30);

        assertThat(keep(again, 1, 100)).isEqualTo(new Spilled());
        try (var files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.matches("damaged-\\d+\\.db"));
        }
        assertThat(meters.counter("transcripts.spill.failures", "kind", "damaged")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aTornEndOfTheLogCostsNothingThatIsBeforeIt() throws Exception {
        var writer = start("0", 2000, false);
        writer.awaitKept(200);
        writer.kill();
        var log = directory.resolve("waiting.db-wal");
        Files.write(log, new byte[5000], StandardOpenOption.APPEND);

        assertThat(numbersIn(open(1 << 30))).containsAll(numbersOf(writer.lines(), "kept "));
    }

    @Test
    @Tag("K6")
    void whatCanNeverBeSentIsAFileBesideItAndIsTriedOnceMoreAtTheNextStart() throws IOException {
        var spill = open(1 << 30);
        keep(spill, 1, 100);

        assertThat(spill.setAside(SpillWriter.aRecord(7, 100), Reason.TOO_LARGE, Duration.ofSeconds(5))
                        .join())
                .isEqualTo(new SetAside());

        assertThat(spill.totals().records()).isEqualTo(1);
        assertThat(spill.setAsideRecords()).isEqualTo(1);
        assertThat(directory.resolve("set-aside/event-7.json"))
                .content()
                .contains("\"reason\":\"too_large\"", "\"topic\":\"some.topic\"", "\"key\":\"CH7\"");
        spill.close();

        var again = open(1 << 30);

        assertThat(numbersIn(again)).containsExactly(1L, 7L);
        assertThat(again.setAsideRecords()).isZero();
        assertThat(again.oldest(TOPIC, 2, 1 << 20)
                        .getLast()
                        .spilled()
                        .toProducerRecord()
                        .headers())
                .isEqualTo(SpillWriter.aRecord(7, 100).headers());
    }

    @Test
    @Tag("K2")
    void whateverMomentItIsKilledAtNothingIsLost() throws Exception {
        var random = new Random();
        long first = 0;
        var kept = new HashSet<Long>();
        var sent = new HashSet<Long>();
        for (int round = 0; round < 5; round++) {
            var writer = start(Long.toString(first), 2000, true);
            writer.awaitKept(20);
            Thread.sleep(random.nextInt(150)); // the moment of the kill is what is tried
            writer.kill();
            kept.addAll(numbersOf(writer.lines(), "kept "));
            sent.addAll(numbersOf(writer.lines(), "sent "));
            first += 1_000_000;
        }

        var found = new HashSet<>(numbersIn(open(1 << 30)));

        assertThat(kept).hasSizeGreaterThan(100);
        found.addAll(sent);
        assertThat(found).containsAll(kept);
    }

    /// The limit of a file's size is a disk that is full, for one process alone.
    @Test
    void aDiskThatFailsIsToldAtOnceAndUsedAgainWhenItWorks() throws Exception {
        var prlimit = Path.of("/usr/bin/prlimit");
        assumeTrue(Files.isExecutable(prlimit), "prlimit is Linux's");
        var writer = start("0", 20_000, false, "ulimit -S -f 8000; exec \"$@\"");

        await().atMost(Duration.ofSeconds(30)).until(() -> writer.lines().contains("rejected SPILL_FAILED"));
        int kept = numbersOf(writer.lines(), "kept ").size();
        assertThat(kept).isBetween(10, 2_000); // of 20 KB, in 8 MB of file and some more of log
        var pid = Long.toString(writer.process().pid());
        assertThat(new ProcessBuilder(prlimit.toString(), "--pid", pid, "--fsize=unlimited:")
                        .start()
                        .waitFor())
                .isZero();

        await("it takes again")
                .atMost(Duration.ofSeconds(10))
                .until(() -> numbersOf(writer.lines(), "kept ").size() > kept);
        writer.kill();
        assertThat(numbersIn(open(1 << 30))).containsAll(numbersOf(writer.lines(), "kept "));
    }

    private JournaledSpill open(long maxBytes) {
        var spill = JournaledSpill.open(directory, maxBytes, Clock.systemUTC(), new SpillMeters(meters));
        opened.add(spill);
        return spill;
    }

    private static Publication keep(JournaledSpill spill, long number, int size) {
        return spill.keep(SpillWriter.aRecord(number, size), Reason.KAFKA_AWAY, Duration.ofSeconds(5))
                .join();
    }

    private static List<Long> numbersIn(JournaledSpill spill) {
        return spill.oldest(TOPIC, Integer.MAX_VALUE, Long.MAX_VALUE).stream()
                .peek(entry -> assertThat(entry.isWhole()).isTrue())
                .map(entry -> SpillWriter.numberOf(entry.spilled()))
                .toList();
    }

    private static List<Long> numbersOf(List<String> lines, String what) {
        return lines.stream()
                .filter(line -> line.matches(what + "\\d+"))
                .map(line -> Long.parseLong(line.substring(what.length())))
                .toList();
    }

    private long sizeOnDisk() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("waiting.db"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private Writer start(String first, int size, boolean drains) throws IOException {
        return start(first, size, drains, "exec \"$@\"");
    }

    /// @param shell what runs the command in its arguments
    private Writer start(String first, int size, boolean drains, String shell) throws IOException {
        var output = directory.resolveSibling(directory.getFileName() + "-" + processes.size() + ".out");
        var process = new ProcessBuilder(
                        "bash",
                        "-c",
                        shell,
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpillWriter.class.getName(),
                        directory.toString(),
                        first,
                        Integer.toString(size),
                        Boolean.toString(drains))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        processes.add(process);
        return new Writer(process, output);
    }

    private record Writer(Process process, Path output) {

        /// What it has said; a last line without an end is not said.
        List<String> lines() throws IOException {
            var text = Files.readString(output);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        }

        void awaitKept(int count) {
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        assertThat(process.isAlive())
                                .as("the writer lives, see %s", output)
                                .isTrue();
                        return numbersOf(lines(), "kept ").size() >= count;
                    });
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
