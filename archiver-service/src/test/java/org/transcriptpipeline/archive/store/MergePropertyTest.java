package org.transcriptpipeline.archive.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.StoredRows;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.archive.merge.EventSets;
import org.transcriptpipeline.archive.merge.Mergeable;
import org.transcriptpipeline.archive.merge.Observations;
import org.transcriptpipeline.event.TranscriptEvent;

/// Promise 3: any order, any repetition, any split into batches gives the same rows, through the pure merge and
/// through the real tables.
class MergePropertyTest {

    static HikariDataSource pool;
    static JdbcTemplate jdbc;
    static TransactionTemplate transactions;
    static TranscriptStore store;

    @BeforeContainer
    static void connect() {
        pool = TestDatabase.archiverPool();
        jdbc = new JdbcTemplate(pool);
        transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        store = new TranscriptStore(
                jdbc,
                new StoreProperties(List.of("bot"), List.of(), Duration.ofSeconds(30), Duration.ofMinutes(2)),
                new SimpleMeterRegistry());
        TestDatabase.clear();
    }

    @AfterContainer
    static void disconnect() {
        pool.close();
    }

    @Provide
    Arbitrary<List<TranscriptEvent>> eventSets() {
        return EventSets.eventSets();
    }

    @Property(tries = 1000)
    @Tag("A9")
    void thePureMergeKnowsNoOrder(@ForAll("eventSets") List<TranscriptEvent> events, @ForAll Random random) {
        var expected = merged(List.of(events));

        assertThat(merged(shuffledRepeatedAndSplit(events, random))).isEqualTo(expected);
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    @Tag("I20")
    @Tag("K4")
    @Tag("A16")
    @Tag("T6")
    @Tag("S1")
    void theTablesKnowNoOrder(@ForAll("eventSets") List<TranscriptEvent> events, @ForAll Random random) {
        var expected = stored(List.of(events));

        assertThat(stored(shuffledRepeatedAndSplit(events, random))).isEqualTo(expected);
    }

    /// One state per key from all batches, as the tables would hold it.
    private static Map<String, Mergeable<?>> merged(List<List<TranscriptEvent>> batches) {
        Map<String, Mergeable<?>> states = new HashMap<>();
        for (var batch : batches) {
            var observations = observe(batch);
            addAll(states, observations.conversations());
            addAll(states, observations.messages());
            addAll(states, observations.participants());
            addAll(states, observations.users());
            addAll(states, observations.deliveries());
            addAll(states, observations.flowExecutions());
        }
        return states;
    }

    @SuppressWarnings("unchecked")
    private static <S extends Mergeable<S>> void addAll(Map<String, Mergeable<?>> states, Collection<S> more) {
        more.forEach(state -> states.merge(state.key(), state, (a, b) -> ((S) a).merge((S) b)));
    }

    /// What the tables hold after these batches; nothing stays behind.
    private static Map<String, List<String>> stored(List<List<TranscriptEvent>> batches) {
        return transactions.execute(transaction -> {
            batches.forEach(batch -> store.merge(observe(batch)));
            transaction.setRollbackOnly();
            return StoredRows.all(jdbc);
        });
    }

    private static Observations observe(List<TranscriptEvent> batch) {
        var observations = new Observations();
        batch.forEach(observations::add);
        return observations;
    }

    private static List<List<TranscriptEvent>> shuffledRepeatedAndSplit(List<TranscriptEvent> events, Random random) {
        var many = new ArrayList<>(events);
        for (var event : events) {
            if (random.nextInt(3) == 0) {
                many.add(event);
            }
        }
        Collections.shuffle(many, random);
        List<List<TranscriptEvent>> batches = new ArrayList<>();
        for (int start = 0; start < many.size(); ) {
            int end = Math.min(many.size(), start + 1 + random.nextInt(8));
            batches.add(many.subList(start, end));
            start = end;
        }
        return batches;
    }
}
