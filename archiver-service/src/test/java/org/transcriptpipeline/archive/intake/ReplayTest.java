package org.transcriptpipeline.archive.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.StoredRows;
import org.transcriptpipeline.archive.TestBroker;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.MediaItem;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptEvent;

/// Records that a former release could not store, as they lie in quarantine: asked for as `bin/transcripts replay`
/// does.
@Tag("A3")
@Tag("O4")
@Tag("O5")
class ReplayTest {

    private static final AtomicLong OFFSET = new AtomicLong(1_000_000);
    private static final EventCodec CODEC = new EventCodec();

    static RunningArchiver archiver;

    @BeforeAll
    static void start() throws Exception {
        TestDatabase.clear();
        beginAtTheEnd(); // what other tests left in the topics would be set aside again
        archiver = new RunningArchiver(
                "--transcripts.replay.check-interval=100ms",
                "--transcripts.intake.quarantine-allowance=5",
                "--transcripts.intake.quarantine-window=10m");
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @Test
    void aReplayedRecordIsMergedAndNothingHappensOutsideTheStore() {
        var events = new Events();
        var conversation = List.of(
                setAside(events.customerJoined()),
                setAside(events.fromCustomer(0, "hello")),
                setAside(withPicture(events)),
                setAside(events.movedTo("closed")),
                setAside(events.flowEnded("FN1")),
                setAside(events.requested("r1", "please")));

        conversation.forEach(ReplayTest::askFor);

        awaitNothingAskedFor();
        assertThat(count(
                        "SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ?",
                        events.conversationSid()))
                .isEqualTo(2);
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT DISTINCT status FROM store.handoffs WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .containsExactly("expired");
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT concat_ws(': ', status, last_error) FROM store.media_files WHERE"
                                        + " conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .containsExactly("skipped: its record was replayed");
        assertThat(count(
                        "SELECT count(*) FROM store.reconciliations WHERE conversation_sid = ?",
                        events.conversationSid()))
                .isZero();
        for (var offset : conversation) {
            assertThat(count(
                            "SELECT count(*) FROM transcripts.quarantined_records WHERE record_offset = ? AND"
                                    + " replayed_at IS NOT NULL",
                            offset))
                    .isEqualTo(1);
            assertThat(decisions(offset)).containsExactly("replay replayed somebody transcripts_archiver");
        }
    }

    @Test
    void whatIsReplayedIsNotFollowedUp() {
        var events = new Events();
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "hello"), events.flowEnded("FN1"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> count(
                                "SELECT count(*) FROM store.handoffs WHERE conversation_sid = ? AND status = 'ready' AND watch_until > now()",
                                events.conversationSid())
                        == 1);

        askFor(setAside(events.fromCustomer(1, "late")));
        awaitNothingAskedFor();

        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5)).until(() -> followUpsOf(events) == 0);
        archiver.publish(events.fromCustomer(2, "live")); // which is
        await().atMost(Duration.ofSeconds(20)).until(() -> followUpsOf(events) == 1);
    }

    private static int followUpsOf(Events events) {
        return count(
                "SELECT count(*) FROM store.handoffs WHERE conversation_sid = ? AND follow_up_at IS NOT NULL",
                events.conversationSid());
    }

    @Test
    void replayedTwiceItChangesNoRow() {
        var events = new Events();
        var offset = setAside(events.fromCustomer(0, "once"));
        askFor(offset);
        awaitNothingAskedFor();
        var rows = StoredRows.all(archiver.database());

        archiver.database()
                .update("UPDATE store.quarantined_records SET replayed_at = NULL WHERE record_offset = ?", offset);
        askFor(offset);
        awaitNothingAskedFor();

        assertThat(StoredRows.all(archiver.database())).isEqualTo(rows);
    }

    @Test
    void whatStillCannotBeStoredStaysWithItsNewReasonAndTheOthersGoOn() {
        var events = new Events();
        var good = events.fromCustomer(1, "good");
        var nul = new MessageAdded(good.conversationSid(), "IM\u0000", good.message(), good.source());
        var unreadable = setAside("not JSON".getBytes(UTF_8));
        var first = setAside(events.fromCustomer(0, "first"));
        var refused = setAside(nul);
        var last = setAside(good);

        List.of(unreadable, first, refused, last).forEach(ReplayTest::askFor);

        awaitNothingAskedFor();
        assertThat(count(
                        "SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ?",
                        events.conversationSid()))
                .isEqualTo(2);
        assertThat(reason(unreadable)).isEqualTo("not_json");
        assertThat(reason(refused)).isEqualTo("data 22021");
        assertThat(decisions(refused)).containsExactly("replay not_stored:data somebody transcripts_archiver");
        assertThat(count(
                        "SELECT count(*) FROM transcripts.quarantined_records WHERE replayed_at IS NULL AND"
                                + " record_offset IN (?, ?)",
                        unreadable,
                        refused))
                .isEqualTo(2);
    }

    @Test
    void aDatabaseThatIsAwayMarksNothing() {
        var events = new Events();
        lockOut();
        var offset = setAside(events.fromCustomer(0, "while away"));
        askFor(offset);

        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(5))
                .until(() -> count(
                                "SELECT count(*) FROM store.quarantined_records WHERE record_offset = ? AND"
                                        + " replay_requested_at IS NOT NULL",
                                offset)
                        == 1);
        letIn();

        awaitNothingAskedFor();
        assertThat(count(
                        "SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ?",
                        events.conversationSid()))
                .isEqualTo(1);
        await().atMost(Duration.ofSeconds(40)).until(() -> archiver.health().equals(Status.UP));
    }

    @Test
    @Tag("D8")
    void aStreamThatPausedForOneReasonGoesOnWhenSomebodyAllowsIt() {
        var events = new Events();
        for (int i = 0; i < 20; i++) {
            archiver.publishRaw(new ProducerRecord<>(
                    Topics.EVENTS,
                    events.conversationSid(),
                    "{\"type\":\"message.added\",\"version\":9}".getBytes(UTF_8)));
        }
        archiver.publish(events.fromCustomer(0, "behind them"));
        await().atMost(Duration.ofSeconds(20)).until(() -> archiver.health().equals(Status.OUT_OF_SERVICE));
        assertThat(ofLaterVersion()).isLessThanOrEqualTo(5);

        allow("data"); // another reason lets nothing pass
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> ofLaterVersion() <= 5);
        allow("version");

        await().atMost(Duration.ofSeconds(40)).until(() -> ofLaterVersion() == 20);
        await().atMost(Duration.ofSeconds(40))
                .until(() -> count(
                                "SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ?",
                                events.conversationSid())
                        == 1);
    }

    private static void allow(String reason) {
        archiver.database().update("""
            INSERT INTO store.quarantine_allowances (service, reason, allowed_until, allowed_by)
            VALUES ('archiver', ?, now() + interval '1 hour', 'somebody')
            """, reason);
    }

    private static int ofLaterVersion() {
        return count("SELECT count(*) FROM store.quarantined_records WHERE reason = ?", "version");
    }

    private static MessageAdded withPicture(Events events) {
        var plain = events.fromCustomer(1, "look");
        var fields = plain.message();
        return new MessageAdded(
                plain.conversationSid(),
                plain.messageSid(),
                new MessageFields(
                        fields.index(),
                        fields.body(),
                        fields.author(),
                        null,
                        fields.attributes(),
                        List.of(new MediaItem("ME" + "0".repeat(32), "image/png", "a.png", 1000L)),
                        fields.dateCreated(),
                        null,
                        fields.serviceSid(),
                        null),
                plain.source());
    }

    private static long setAside(TranscriptEvent event) {
        return setAside(CODEC.encode(event));
    }

    private static long setAside(byte[] value) {
        long offset = OFFSET.incrementAndGet();
        archiver.database().update("""
            INSERT INTO store.quarantined_records (topic, partition, record_offset, reason, record_value, recorded_at)
            VALUES ('transcripts.events', 0, ?, 'error:FormerRelease', ?, now())
            """, offset, value);
        return offset;
    }

    private static void askFor(long offset) {
        archiver.database().update("""
            UPDATE store.quarantined_records
            SET replay_requested_at = now(), replay_requested_by = 'somebody'
            WHERE record_offset = ? AND replayed_at IS NULL
            """, offset);
    }

    private static void awaitNothingAskedFor() {
        await().atMost(Duration.ofSeconds(40))
                .until(() ->
                        count("SELECT count(*) FROM store.quarantined_records WHERE replay_requested_at IS NOT NULL")
                                == 0);
    }

    private static String reason(long offset) {
        return archiver.database()
                .queryForObject(
                        "SELECT concat_ws(' ', reason, sqlstate) FROM store.quarantined_records WHERE record_offset ="
                                + " ?",
                        String.class,
                        offset);
    }

    private static List<String> decisions(long offset) {
        return archiver.database()
                .queryForList(
                        "SELECT concat_ws(' ', decision, outcome, decided_by, database_user) FROM"
                                + " transcripts.quarantine_decisions WHERE record_offset = ?",
                        String.class,
                        offset);
    }

    private static int count(String sql, Object... values) {
        return archiver.database().queryForObject(sql, Integer.class, values);
    }

    private static void lockOut() {
        archiver.database().execute("ALTER ROLE transcripts_archiver CONNECTION LIMIT 0");
        archiver.database()
                .queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ="
                        + " 'transcripts_archiver'");
    }

    private static void letIn() {
        archiver.database().execute("ALTER ROLE transcripts_archiver CONNECTION LIMIT -1");
    }

    private static void beginAtTheEnd() throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            var wanted = new HashMap<TopicPartition, OffsetSpec>();
            var known = admin.listTopics().names().get();
            known.retainAll(List.of(Topics.EVENTS, Topics.DELIVERY_STATUSES));
            admin.describeTopics(known)
                    .allTopicNames()
                    .get()
                    .values()
                    .forEach(topic -> topic.partitions()
                            .forEach(p ->
                                    wanted.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest())));
            admin.listOffsets(wanted)
                    .all()
                    .get()
                    .forEach((partition, end) -> TestDatabase.superuser()
                            .update(
                                    "INSERT INTO store.consumer_offsets (consumer_group, topic, partition,"
                                            + " next_offset) VALUES ('transcripts-archiver', ?, ?, ?)",
                                    partition.topic(),
                                    partition.partition(),
                                    end.offset()));
        }
    }
}
