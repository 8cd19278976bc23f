package org.transcriptpipeline.archive.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.boot.health.contributor.Status;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.TestBroker;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.kafka.BatchConsumer;
import org.transcriptpipeline.kafka.BatchHandler;
import org.transcriptpipeline.kafka.QuarantineBreaker;
import org.transcriptpipeline.kafka.StoredOffsets;
import org.transcriptpipeline.operations.Traces;

/// What becomes of a batch that cannot be stored, on a real broker, with the position in a real database. What is
/// stored here is only noted down.
class BatchConsumerTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static HikariDataSource pool;
    private static TransactionTemplate transactions;

    private String topic;
    private final Queue<BatchConsumer> consumers = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void connect() {
        pool = TestDatabase.archiverPool();
        transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
    }

    @AfterAll
    static void disconnect() {
        pool.close();
    }

    @BeforeEach
    void makeTopic(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }
    }

    @AfterEach
    void stop() {
        consumers.forEach(BatchConsumer::stop);
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()));
    }

    @Test
    @Tag("A4")
    @Tag("D1")
    void oneRecordAtFaultAmongFiveHundredIsFoundByHalvingAndTheOthersAreStored() {
        publish(0, 0, 500);
        var rows = new Rows();
        rows.refuses = record -> number(record) == 333 ? new SQLException("no", "22021") : null;

        start(rows);

        await().atMost(SOON).until(() -> rows.stored.size() == 499 && rows.setAside.size() == 1);
        assertThat(rows.setAside).containsExactlyEntriesOf(Map.of(333, "data 22021"));
        assertThat(rows.attempts.get()).isLessThanOrEqualTo(19 + 1); // 9 halvings of 2 attempts; a poll may be cut in 2
    }

    @Test
    @Tag("A18")
    void aDeadlockIsTriedAgainAtOnceAsAWholeBatch() {
        publish(0, 0, 10);
        var rows = new Rows();
        rows.refuses = _ -> rows.attempts.get() < 5 ? new SQLException("no", "40P01") : null;

        var consumer = start(rows);

        await().atMost(SOON).until(() -> rows.stored.size() == 10);
        assertThat(rows.attempts).hasValue(5);
        // with a pause after each failure it would have been two seconds at least
        assertThat(rows.storedAfter).isLessThan(Duration.ofSeconds(1));
        assertThat(rows.setAside).isEmpty();
        assertThat(consumer.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @Tag("A5")
    void aStoreThatIsAwayWhenPartitionsAreAssignedIsWaitedFor() {
        publish(0, 0, 10);
        var isAway = new AtomicBoolean(true);
        var rows = new Rows();

        var consumer = start(rows, new DelegatingDataSource(pool) {
            @Override
            public Connection getConnection() throws SQLException {
                if (isAway.get()) {
                    throw new SQLTransientConnectionException("away", "08001");
                }
                return super.getConnection();
            }
        });

        await().atMost(SOON).until(() -> consumer.health().getStatus().equals(Status.OUT_OF_SERVICE));
        assertThat(consumer.isDead()).isFalse();
        assertThat(rows.attempts).hasValue(0);

        isAway.set(false);
        await().atMost(SOON).until(() -> rows.stored.size() == 10);
        assertThat(rows.setAside).isEmpty();
    }

    @Test
    @Tag("A7")
    void anErrorOfTheMachineStopsTheConsumerForAllToSee() {
        publish(0, 0, 10);
        var rows = new Rows();
        rows.error = new NoClassDefFoundError("a class that is not there");

        var consumer = start(rows);

        await().atMost(SOON).until(consumer::isDead);
        assertThat(consumer.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(rows.setAside).isEmpty();

        rows.error = null; // nothing of it is behind us: the next process reads it
        start(rows);
        await().atMost(SOON).until(() -> rows.stored.size() == 10);
    }

    @Test
    @Tag("D3")
    void aSetUpAtFaultStopsTheConsumerAndSetsNothingAside() {
        publish(0, 0, 10);
        var rows = new Rows();
        rows.refuses = _ -> new SQLException("no", "42703");

        var consumer = start(rows);

        await().atMost(SOON).until(consumer::isDead);
        assertThat(consumer.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(consumer.health().getDetails().toString()).contains("42703", "schema");
        assertThat(rows.setAside).isEmpty();
        assertThat(rows.attempts).hasValue(1);
    }

    @Test
    @Tag("A6")
    void aRebalanceWhileABatchIsRetriedSkipsNothing() {
        var away = new Rows();
        away.refuses = _ -> new SQLException("no", "57P01");
        var rows = new Rows();
        publish(0, 0, 100);
        publish(1, 100, 200);
        var retrying = start(away);
        await().atMost(SOON).until(() -> away.attempts.get() > 2);

        start(rows); // takes one partition over, of which records are being retried
        await().atMost(SOON).until(() -> rows.stored.size() == 100);
        publish(0, 200, 250);
        publish(1, 250, 300);
        retrying.stop(); // and now the other one

        await().atMost(SOON).until(() -> rows.stored.size() == 300);
        assertThat(away.setAside).isEmpty();
        assertThat(rows.setAside).isEmpty();
    }

    @Test
    @Tag("K13")
    void aPositionThatIsGoneFromKafkaStopsTheConsumerAndFirstOfAllItStartsAtTheEarliest() throws Exception {
        publish(0, 0, 10);
        var rows = new Rows();
        var first = start(rows);
        await().atMost(SOON).until(() -> rows.stored.size() == 10);
        first.stop();
        publish(0, 10, 20);
        try (var admin = admin()) { // what retention does
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(15)))
                    .all()
                    .get();
        }

        var second = start(rows);

        await().atMost(SOON).until(second::isDead);
        assertThat(second.health().getDetails().toString()).contains("gone from Kafka", "Reconcile");
        assertThat(rows.stored).hasSize(10);
    }

    @Test
    @Tag("D5")
    void aStoreThatHasForgottenTheLastBatchesIsGivenThemAgain() {
        publish(0, 0, 20);
        var rows = new Rows();
        start(rows);
        await().atMost(SOON).until(() -> rows.stored.size() == 20);

        // a standby that had not heard of them takes over, and no connection tells it
        rows.stored.keySet().removeIf(number -> number >= 15);
        new JdbcTemplate(pool)
                .update("UPDATE store.consumer_offsets SET next_offset = 15 WHERE consumer_group = ?", topic);
        publish(0, 20, 30);

        await().atMost(SOON).until(() -> rows.stored.size() == 30);
        assertThat(rows.setAside).isEmpty();
    }

    private void publish(int partition, int from, int to) {
        try (var producer = TestBroker.producer()) {
            IntStream.range(from, to)
                    .forEach(i -> producer.send(new ProducerRecord<>(
                            topic, partition, null, Integer.toString(i).getBytes(StandardCharsets.UTF_8))));
        }
    }

    private BatchConsumer start(Rows rows) {
        return start(rows, pool);
    }

    /// @param positions where the position is asked for
    private BatchConsumer start(Rows rows, DataSource positions) {
        var offsets = new StoredOffsets(new JdbcTemplate(positions), StoredOffsets.Owner.ARCHIVER, topic);
        rows.offsets = offsets;
        var consumer = new BatchConsumer(
                Map.of(
                        "bootstrap.servers", TestBroker.bootstrapServers(),
                        "session.timeout.ms", 6000,
                        "fetch.min.bytes", 2000,
                        "fetch.max.wait.ms", 300),
                topic,
                List.of(topic),
                1000,
                1,
                rows,
                offsets,
                new QuarantineBreaker(Clock.systemUTC(), 20, Duration.ofSeconds(5)),
                new SimpleMeterRegistry(),
                Traces.off());
        consumers.add(consumer);
        consumer.start();
        return consumer;
    }

    private static int number(ConsumerRecord<byte[], byte[]> consumed) {
        return Integer.parseInt(new String(consumed.value(), StandardCharsets.UTF_8));
    }

    @FunctionalInterface
    private interface Refusal {
        @Nullable
        SQLException of(ConsumerRecord<byte[], byte[]> consumed);
    }

    /// Takes a batch as a whole or not at all, as a transaction does, and notes what it took.
    private static final class Rows implements BatchHandler {

        private final Map<Integer, Boolean> stored = new ConcurrentHashMap<>();
        private final Map<Integer, String> setAside = new ConcurrentHashMap<>();
        private final AtomicInteger attempts = new AtomicInteger();
        private volatile long firstAttempt;
        private volatile Duration storedAfter = Duration.ZERO;
        private volatile Refusal refuses = _ -> null;
        private volatile @Nullable Error error;
        private volatile StoredOffsets offsets;

        @Override
        public void store(List<ConsumerRecord<byte[], byte[]>> records) {
            if (attempts.getAndIncrement() == 0) {
                firstAttempt = System.nanoTime();
            }
            if (error != null) {
                throw error;
            }
            for (var consumed : records) {
                var refusal = refuses.of(consumed);
                if (refusal != null) {
                    throw new DataIntegrityViolationException("refused", refusal);
                }
            }
            transactions.executeWithoutResult(_ -> offsets.advance(records));
            storedAfter = Duration.ofNanos(System.nanoTime() - firstAttempt);
            records.forEach(consumed -> stored.put(number(consumed), true));
        }

        @Override
        public void quarantine(ConsumerRecord<byte[], byte[]> unstorable, String reason, @Nullable String sqlState) {
            transactions.executeWithoutResult(_ -> offsets.advance(List.of(unstorable)));
            setAside.put(number(unstorable), reason + " " + sqlState);
        }

        @Override
        public boolean isQuarantineAllowed(String reason) {
            return false;
        }
    }
}
