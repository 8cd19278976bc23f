package org.transcriptpipeline.archive.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.StoredRows;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptEvent;

class IntakeTest {

    static RunningArchiver archiver;

    @BeforeAll
    static void clear() {
        TestDatabase.clear();
        start();
    }

    static void start() {
        archiver = new RunningArchiver(
                "--transcripts.intake.quarantine-allowance=20", "--transcripts.intake.quarantine-window=6s");
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @BeforeEach
    void healthy() {
        await().atMost(Duration.ofSeconds(20)).until(() -> archiver.health().equals(Status.UP));
    }

    @Test
    @Tag("I12")
    @Tag("A3")
    @Tag("A14")
    void whatCanBeStoredIsStoredAndTheRestIsKeptWithItsReason() {
        var events = new Events();
        int before = quarantined();

        archiver.publish(events.customerJoined(), events.message(0, Events.CUSTOMER, "nul \u0000 inside", "{}"));
        archiver.publishRaw(new ProducerRecord<>(
                Topics.EVENTS, events.conversationSid(), "this is no JSON".getBytes(StandardCharsets.UTF_8)));
        archiver.publish(
                events.message(1, Events.CUSTOMER, "odd attributes", "not JSON {"),
                events.message(2, Events.CUSTOMER, "lone \ud83d surrogate", "{\"a\":\"\\u0000\"}"),
                events.message(3, Events.CUSTOMER, "deep", "[".repeat(100_000)),
                events.message(4, Events.CUSTOMER, "whole and too deep", "[".repeat(100) + "]".repeat(100)),
                events.message(5, Events.CUSTOMER, "large", "{\"a\":\"" + "x".repeat(100_000) + "\"}"),
                events.message(6, Events.CUSTOMER, "huge", "{\"a\":1e999999,\"b\":" + "9".repeat(200) + "}"),
                events.message(7, Events.CUSTOMER, "twice", "{\"a\":1,\"a\":2}"));

        awaitMessages(events, 8);
        assertThat(bodies(events))
                .containsExactly(
                        "nul \u2400 inside",
                        "odd attributes",
                        "lone \ufffd surrogate",
                        "deep",
                        "whole and too deep",
                        "large",
                        "huge",
                        "twice");
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT attributes_json::text FROM transcripts.messages WHERE conversation_sid = ? ORDER BY index",
                                String.class,
                                events.conversationSid()))
                .containsExactly("{}", null, null, null, null, null, null, "{\"a\": 2}");
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT length(attributes) FROM transcripts.messages WHERE conversation_sid = ? ORDER BY index",
                                Integer.class,
                                events.conversationSid()))
                .as("the text is kept whatever it is")
                .containsExactly(2, 10, 14, 100_000, 200, 100_008, 219, 13);
        assertThat(quarantined()).isEqualTo(before + 1);
        assertThat(archiver.database().queryForMap("""
                                SELECT q.reason, convert_from(c.record_value, 'UTF8') AS value
                                FROM transcripts.quarantined_records q
                                JOIN transcripts.quarantined_record_contents c USING (topic, partition, record_offset)
                                ORDER BY q.quarantined_at DESC
                                LIMIT 1
                                """))
                .containsEntry("reason", "not_json")
                .containsEntry("value", "this is no JSON");
    }

    @Test
    @Tag("A4")
    void oneRowThatTheDatabaseRefusesIsFoundAmongManyAndOnlyThatIsSetAside() {
        var events = new Events();
        List<TranscriptEvent> batch = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            batch.add(events.fromCustomer(i, "text " + i));
        }
        var good = events.fromCustomer(300, "refused");
        batch.add(150, new MessageAdded(good.conversationSid(), "IM\u0000", good.message(), good.source()));
        int before = quarantined();

        archiver.publish(batch);

        awaitMessages(events, 300);
        await().atMost(Duration.ofSeconds(20)).until(() -> quarantined() == before + 1);
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT sqlstate FROM transcripts.quarantined_records ORDER BY quarantined_at DESC LIMIT 1",
                                String.class))
                .isEqualTo("22021");
    }

    @Test
    @Tag("A5")
    void aDatabaseThatIsAwayPausesTheStreamAndQuarantinesNothing() {
        var events = new Events();
        int before = quarantined();

        lockOut();
        try {
            archiver.publish(events.fromCustomer(0, "while away"));
            await().atMost(Duration.ofSeconds(20)).until(() -> archiver.health().equals(Status.OUT_OF_SERVICE));
        } finally {
            letIn();
        }

        awaitMessages(events, 1);
        assertThat(quarantined()).isEqualTo(before);
    }

    @Test
    @Tag("A2")
    @Tag("D3")
    void aMissingRightStopsItWithItsNameAndOfABatchThatFailedNothingIsThere() throws Exception {
        var events = new Events();
        int before = quarantined();
        // the position is the last that a batch writes: everything else of it is rolled back
        archiver.database().execute("REVOKE UPDATE ON store.consumer_offsets FROM transcripts_archiver");
        try {
            archiver.publish(events.customerJoined(), events.fromCustomer(0, "in a batch that fails"));

            await().atMost(Duration.ofSeconds(20)).until(() -> archiver.health().equals(Status.DOWN));
            assertThat(archiver.managed("/actuator/health/readiness"))
                    .contains("42501")
                    .contains("a right");
            assertThat(archiver.managed("/actuator/health/liveness")).contains("DOWN");
            assertThat(bodies(events)).isEmpty();
            assertThat(quarantined()).isEqualTo(before);
        } finally {
            archiver.database().execute("GRANT UPDATE ON store.consumer_offsets TO transcripts_archiver");
        }

        archiver.close();
        start();
        awaitMessages(events, 1);
    }

    @Test
    @Tag("D6")
    void aLockThatSomebodyHoldsCostsFiveSecondsAndARetry() throws Exception {
        var events = new Events();
        int before = quarantined();
        try (var connection = archiver.database().getDataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE store.messages IN ACCESS EXCLUSIVE MODE");
            archiver.publish(events.fromCustomer(0, "behind the lock"));

            await().atMost(Duration.ofSeconds(20)).until(() -> archiver.health().equals(Status.OUT_OF_SERVICE));
            assertThat(archiver.managed("/actuator/health/readiness")).contains("55P03");
            connection.rollback();
        }

        awaitMessages(events, 1);
        assertThat(quarantined()).isEqualTo(before);
    }

    @Test
    @Tag("A3")
    void aTombstoneHasNoEffect() {
        var events = new Events();
        int before = quarantined();

        archiver.publishRaw(new ProducerRecord<>(Topics.EVENTS, events.conversationSid(), null));
        archiver.publish(events.fromCustomer(0, "behind it"));

        awaitMessages(events, 1);
        assertThat(quarantined()).isEqualTo(before);
    }

    @Test
    @Tag("I21")
    void whatTwilioInventsNextIsShownAsItCame() {
        var events = new Events();
        int before = quarantined();

        archiver.publish(events.unknown("onMoodChanged"), events.fromCustomer(0, "behind it"));

        awaitMessages(events, 1);
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT event_type, reason FROM transcripts.unrecognised_events WHERE conversation_sid = ?",
                                events.conversationSid()))
                .containsExactly(Map.of("event_type", "onMoodChanged", "reason", "event_type"));
        assertThat(quarantined()).isEqualTo(before);
    }

    @Test
    @Tag("A17")
    void aRecordOfALaterVersionWaitsForAnUpgrade() {
        var events = new Events();

        archiver.publishRaw(new ProducerRecord<>(
                Topics.EVENTS,
                events.conversationSid(),
                "{\"type\":\"message.added\",\"version\":2}".getBytes(StandardCharsets.UTF_8)));

        await().atMost(Duration.ofSeconds(20))
                .until(() -> archiver.database()
                                .queryForObject(
                                        "SELECT count(*) FROM transcripts.quarantined_records WHERE reason = 'version'",
                                        Integer.class)
                        > 0);
    }

    @Test
    @Tag("D8")
    void aFloodOfOneFaultPausesInsteadOfDrainingIntoQuarantine() {
        var events = new Events();
        // a tenth of what other tests sent in the same window of six seconds would be admitted too
        await().pollDelay(Duration.ofMillis(6100))
                .atMost(Duration.ofSeconds(20))
                .until(() -> true);
        for (int i = 0; i < 60; i++) {
            archiver.publishRaw(new ProducerRecord<>(Topics.EVENTS, events.conversationSid(), new byte[0]));
        }
        archiver.publish(events.fromCustomer(0, "behind the flood"));

        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20)) // well before the window ends
                .until(() -> archiver.health().equals(Status.OUT_OF_SERVICE));
        assertThat(emptyOnes()).isLessThanOrEqualTo(20);

        // half-open by itself: window after window lets its allowance pass
        await().atMost(Duration.ofSeconds(60)).until(() -> emptyOnes() == 60);
        awaitMessages(events, 1);
    }

    @Test
    @Tag("A1")
    @Tag("O4")
    void readingEverythingAgainChangesNoRow() {
        var events = new Events();
        archiver.publish(
                events.customerJoined(),
                events.fromCustomer(0, "Hi"),
                events.fromFlow(1, "Hello"),
                events.delivery(1, "sent", null),
                events.delivery(1, "undelivered", 30003),
                events.flowEnded("FN1"));
        awaitMessages(events, 2);
        await().atMost(Duration.ofSeconds(20)).until(() -> handoffs(events) == 1);
        var rows = StoredRows.all(archiver.database());

        archiver.close();
        archiver.database().execute("DELETE FROM store.consumer_offsets");
        archiver = new RunningArchiver();
        var marker = new Events();
        archiver.publish(marker.fromCustomer(0, "everything before this was read again"));
        awaitMessages(marker, 1);
        await().atMost(Duration.ofSeconds(30)).until(IntakeTest::lagIsZero);

        var again = StoredRows.all(archiver.database());
        again.replaceAll((_, lines) -> lines.stream()
                .filter(l -> !l.contains(marker.conversationSid()))
                .toList());
        assertThat(again).isEqualTo(rows);
        assertThat(handoffs(events)).isEqualTo(1);
    }

    private static boolean lagIsZero() {
        return archiver.database()
                        .queryForObject(
                                "SELECT count(*) FROM store.consumer_offsets WHERE topic = ?",
                                Integer.class,
                                Topics.EVENTS)
                > 0;
    }

    private static void lockOut() {
        archiver.database().execute("ALTER ROLE transcripts_archiver CONNECTION LIMIT 0");
        archiver.database()
                .queryForList(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'transcripts_archiver'");
    }

    private static void letIn() {
        archiver.database().execute("ALTER ROLE transcripts_archiver CONNECTION LIMIT -1");
    }

    private static void awaitMessages(Events events, int count) {
        await().atMost(Duration.ofSeconds(40)).until(() -> bodies(events).size() == count);
    }

    private static List<String> bodies(Events events) {
        return archiver.database()
                .queryForList(
                        "SELECT body FROM transcripts.messages WHERE conversation_sid = ? AND NOT is_stub ORDER BY index",
                        String.class,
                        events.conversationSid());
    }

    private static int quarantined() {
        return archiver.database().queryForObject("SELECT count(*) FROM store.quarantined_records", Integer.class);
    }

    private static int emptyOnes() {
        return archiver.database()
                .queryForObject("SELECT count(*) FROM store.quarantined_records WHERE reason = 'empty'", Integer.class);
    }

    private static int handoffs(Events events) {
        return archiver.database()
                .queryForObject(
                        "SELECT count(*) FROM store.handoffs WHERE conversation_sid = ?",
                        Integer.class,
                        events.conversationSid());
    }
}
