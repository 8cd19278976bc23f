package org.transcriptpipeline.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.RunningIngest;
import org.transcriptpipeline.ingest.intake.Publication.Reason;

/// What was left on disk on its way to a real broker.
class SpillDrainTest {

    private static final int RECORDS = 3_000;

    @TempDir
    Path directory;

    private final RunningIngest ingest = RunningIngest.shared();
    private final SharedProducer producer =
            new SharedProducer(Map.of("bootstrap.servers", ingest.broker().bootstrapServers(), "max.block.ms", 2000));
    private final Breaker breaker = new Breaker();
    private JournaledSpill spill;

    @AfterEach
    void close() {
        producer.close();
        spill.close();
    }

    @Test
    void aPlannedStopDrainsAllThatItMay() {
        var mark = ingest.mark();
        fill(Topics.EVENTS, RECORDS);
        breaker.start();

        var hasty = drain(Duration.ZERO);
        hasty.start();
        hasty.stop();
        assertThat(spill.totals().records()).isPositive();

        var patient = drain(Duration.ofSeconds(60));
        patient.start();
        patient.stop();

        assertThat(spill.totals().records()).isZero();
        assertThat(mark.since().stream()
                        .map(record -> new String(record.value(), UTF_8))
                        .filter(value -> value.startsWith("left "))
                        .distinct())
                .hasSize(RECORDS);
    }

    @Test
    void whileTheBreakerIsOpenAStopDoesNotWait() {
        fill(Topics.EVENTS, 10);
        var drain = drain(Duration.ofSeconds(60));

        drain.start();
        long start = System.nanoTime();
        drain.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(spill.totals().records()).isEqualTo(10);
    }

    @Test
    void itIsTheTestThatClosesTheBreaker() {
        fill(Topics.EVENTS, 10);
        breaker.brokerSeen();
        var drain = drain(Duration.ofSeconds(60));

        drain.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> spill.totals().records() == 0);
        assertThat(breaker.phase()).isEqualTo(Breaker.Phase.CLOSED);
        drain.stop();
    }

    @Test
    void aTopicThatIsMissingHoldsUpNoOther() {
        fill("a.topic.that.nobody.made", 5);
        fill(Topics.EVENTS, 10);
        breaker.start();
        var drain = drain(Duration.ZERO);

        drain.start();

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            breaker.brokerSeen(); // as the watch does
            return spill.topics().size() == 1;
        });
        assertThat(spill.totals().records()).isEqualTo(5);
        drain.stop();
    }

    @Test
    void whatIsNotWhatWasWrittenIsSetAsideAndTheOthersGoOn() throws SQLException {
        fill(Topics.EVENTS, 10);
        spill.close();
        damage(7);
        open();
        breaker.start();
        var drain = drain(Duration.ofSeconds(60));

        drain.start();
        drain.stop();

        assertThat(spill.totals().records()).isZero();
        assertThat(spill.setAsideRecords()).isEqualTo(1);
        spill.close();
        open();
        assertThat(spill.setAsideRecords()).as("never sent again").isEqualTo(1);
        assertThat(spill.totals().records()).isZero();
    }

    private SpillDrain drain(Duration stopPatience) {
        return new SpillDrain(spill, producer, breaker, stopPatience);
    }

    private void open() {
        spill = JournaledSpill.open(directory, 1L << 30, Clock.systemUTC(), new SpillMeters(new SimpleMeterRegistry()));
    }

    private void fill(String topic, int records) {
        if (spill == null) {
            open();
        }
        var kept = IntStream.range(0, records)
                .mapToObj(i -> spill.keep(
                        new ProducerRecord<>(topic, "CH" + i, ("left " + i).getBytes(UTF_8)),
                        Reason.KAFKA_AWAY,
                        Duration.ofSeconds(5)))
                .toList();
        assertThat(kept).extracting(CompletableFuture::join).allMatch(Publication.Durable.class::isInstance);
    }

    private void damage(int id) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("waiting.db"));
                var statement = connection.prepareStatement("UPDATE waiting SET value = x'00' WHERE id = ?")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }
}
