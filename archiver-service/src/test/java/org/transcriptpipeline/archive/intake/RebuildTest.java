package org.transcriptpipeline.archive.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.StoredRows;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.TranscriptEvent;

/// Kafka is the way in and Postgres the record: with the topics, a store can be caught up or made anew.
class RebuildTest {

    private static final String COUNT_MESSAGES =
            "SELECT count(*) FROM store.messages WHERE conversation_sid = ? AND NOT is_stub";

    @Test
    @Tag("O4")
    void aRestoredBackupGoesOnWhereItEndsAndAnEmptyStoreReachesTheSameRows() {
        TestDatabase.clear();
        var old = new Events().at(Instant.now().minus(Duration.ofHours(30)));
        var young = new Events();

        // a backup is taken in the middle of a run
        try (var archiver = new RunningArchiver()) {
            archiver.publish(conversation(old, 0, 50));
            archiver.publish(conversation(young, 0, 50));
            awaitMessages(archiver.database(), 50, old, young);
        }
        TestDatabase.copy("restored");
        Map<String, List<String>> rows;
        try (var archiver = new RunningArchiver()) {
            archiver.publish(conversation(old, 50, 100));
            archiver.publish(conversation(young, 50, 100));
            archiver.publish(old.flowEnded("FN1"), young.flowEnded("FN1"));
            awaitMessages(archiver.database(), 100, old, young);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> statuses(archiver.database(), young).equals(List.of("ready"))
                            && statuses(archiver.database(), old).equals(List.of("expired")));
            rows = ofThis(archiver.database(), old, young);
        }

        try (var archiver = RunningArchiver.on("restored")) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(ofThis(archiver.database(), old, young)).isEqualTo(rows));
        }

        TestDatabase.createEmpty("rebuilt");
        try (var archiver = RunningArchiver.on("rebuilt")) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(ofThis(archiver.database(), old, young)).isEqualTo(rows));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> statuses(archiver.database(), old).size() == 1);

            // what ended more than a day ago is not handed over again
            assertThat(statuses(archiver.database(), old)).containsExactly("expired");
            assertThat(archiver.database()
                            .queryForObject(
                                    "SELECT count(*) FROM store.handoff_snapshots WHERE conversation_sid = ?",
                                    Integer.class,
                                    old.conversationSid()))
                    .isZero();
        }
    }

    private static List<TranscriptEvent> conversation(Events events, int from, int to) {
        List<TranscriptEvent> all = new ArrayList<>(List.of(events.customerJoined()));
        for (int i = from; i < to; i++) {
            all.add(i % 2 == 0 ? events.fromCustomer(i, "text " + i) : events.fromFlow(i, "text " + i));
            if (i % 2 == 1) {
                all.add(events.delivery(i, "delivered", null));
            }
        }
        return all;
    }

    private static void awaitMessages(JdbcTemplate database, int count, Events... conversations) {
        for (var conversation : conversations) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> database.queryForObject(COUNT_MESSAGES, Integer.class, conversation.conversationSid())
                            == count);
        }
    }

    /// The topics also hold what other tests published.
    private static Map<String, List<String>> ofThis(JdbcTemplate database, Events... conversations) {
        var some = StoredRows.all(database);
        some.replaceAll((_, lines) -> lines.stream()
                .filter(line -> {
                    for (var conversation : conversations) {
                        if (line.contains(conversation.conversationSid().substring(10))) {
                            return true;
                        }
                    }
                    return false;
                })
                .toList());
        return some;
    }

    private static List<String> statuses(JdbcTemplate database, Events events) {
        return database.queryForList(
                "SELECT status FROM store.handoffs WHERE conversation_sid = ?", String.class, events.conversationSid());
    }
}
