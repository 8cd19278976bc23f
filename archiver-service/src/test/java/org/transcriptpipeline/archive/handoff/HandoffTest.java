package org.transcriptpipeline.archive.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestBroker;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

class HandoffTest {

    static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver("--transcripts.settling.deadline=10s");
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @TestBesideTheOthers
    void theEndOfAFlowGivesOneSnapshotOfTheWholeConversationAndOneWord() {
        var events = new Events();
        archiver.publish(
                events.customerJoined(),
                events.fromCustomer(0, "Hi"),
                events.fromFlow(1, "What kind of doggo?"),
                events.delivery(1, "sent", null),
                events.delivery(1, "undelivered", 30003),
                events.flowEnded("FN1"));
        archiver.publish(events.flowEnded("FN1")); // the widget was tried again

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));
        var snapshot = snapshot(events);
        assertThat(snapshot.messages())
                .extracting(
                        TranscriptSnapshot.Message::position,
                        TranscriptSnapshot.Message::body,
                        TranscriptSnapshot.Message::authorKind,
                        TranscriptSnapshot.Message::deliveryStatus,
                        TranscriptSnapshot.Message::deliveryErrorCode)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(1L, "Hi", "customer", null, null),
                        org.assertj.core.api.Assertions.tuple(2L, "What kind of doggo?", "flow", "undelivered", 30003));
        assertThat(snapshot.conversation().customerAddresses()).containsExactly(Events.CUSTOMER);
        assertThat(snapshot.answers()).isEqualTo(Map.of("breed", "beagle"));
        assertThat(snapshot.verdict().verdict()).isEqualTo("unverified");

        var ready = readyRecords(events);
        assertThat(ready).hasSize(1);
        assertThat(ready.getFirst().contentSha256()).isEqualTo(contentSha256(events));
        assertThat(ready.getFirst().failedCount()).isEqualTo(1);
    }

    @TestBesideTheOthers
    @Tag("A11")
    void aMissingIndexHoldsTheTranscriptUntilItComes() {
        var events = new Events();
        archiver.publish(events.fromCustomer(0, "first"), events.fromCustomer(2, "third"), events.flowEnded("FN1"));
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> statuses(events).equals(List.of("settling"))
                        || statuses(events).isEmpty());

        archiver.publish(events.fromCustomer(1, "second"));

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));
        assertThat(snapshot(events).messages())
                .extracting(TranscriptSnapshot.Message::body)
                .containsExactly("first", "second", "third");
    }

    @TestBesideTheOthers
    @Tag("N16")
    void theDeadlineEndsTheWaitAndTheSnapshotSaysWhatIsMissing() {
        var events = new Events();
        archiver.publish(events.fromCustomer(0, "first"), events.fromCustomer(2, "third"), events.flowEnded("FN1"));

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));
        assertThat(snapshot(events).missingCount()).isEqualTo(1);
    }

    @TestBesideTheOthers
    void anEndWithoutAnExecutionJoinsTheOneBefore() {
        var events = new Events();
        archiver.publish(events.fromCustomer(0, "Hi"), events.flowEnded(null), events.flowEnded(null));
        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));

        archiver.publish(events.flowEnded(null));
        archiver.publish(events.flowEnded("FN1")); // the same end, now with its execution

        await().atMost(Duration.ofSeconds(40))
                .until(() -> archiver.database()
                        .queryForList(
                                "SELECT execution_sid FROM store.handoffs WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid())
                        .equals(List.of("FN1")));
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> statuses(events).equals(List.of("ready")));
    }

    @TestBesideTheOthers
    void anEndAfterTheCustomerWroteAgainIsAnotherHandoff() {
        var events = new Events();
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "Hi"), events.flowEnded(null));
        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));

        archiver.publish(events.fromCustomer(1, "Are you there?"), events.flowEnded(null));

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready", "ready")));
    }

    @TestBesideTheOthers
    void anotherRunOfTheFlowIsAnotherHandoff() {
        var events = new Events();

        archiver.publish(events.fromCustomer(0, "Hi"), events.flowEnded("FN1"), events.flowEnded("FN2"));

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready", "ready")));
    }

    @TestBesideTheOthers
    void anEndThatIsOlderThanADayExpires() {
        var events = new Events().at(Instant.now().minus(Duration.ofHours(25)));

        archiver.publish(events.fromCustomer(0, "Hi"), events.flowEnded("FN1"));

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("expired")));
        assertThat(readyRecords(events)).isEmpty();
    }

    @TestBesideTheOthers
    void aConversationThatIsClosedIsHandedOverOnlyWhereThatIsAskedFor() {
        var events = new Events();
        archiver.publish(events.fromCustomer(0, "Hi"), events.movedTo("inactive"), events.movedTo("closed"));

        archiver.publish(events.executionEnded("FN1", null, Instant.now().minusSeconds(60), Instant.now()));

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT string_agg(trigger, ' ') FROM store.handoffs WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .isEqualTo("execution_ended");
    }

    @TestBesideTheOthers
    void whatAPersonAsksForIsAHandoffOfItsOwnEachTime() {
        var events = new Events();
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "Hi"), events.flowEnded("FN1"));
        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));

        var request = events.requested("r1", "Please call back");
        archiver.publish(request, request, events.requested("r2", null));
        archiver.publish(events.flowEnded(null)); // joins the flow's own handoff, not the one that was asked for

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready", "ready", "ready")));
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT concat_ws(' ', trigger, note, requested_by, reason) FROM store.handoffs WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .containsExactlyInAnyOrder(
                        "flow_ended done", "on_demand Please call back front-desk", "on_demand front-desk");
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT sources::text FROM store.conversations WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .doesNotContain("api");
    }

    @TestBesideTheOthers
    void aSnapshotKeepsBesideItWhatRulesAskAndNamesPeople() {
        var events = new Events();
        archiver.publish(
                events.customerJoined(),
                events.agentJoined("ada " + events.conversationSid()),
                events.userNamed("ada " + events.conversationSid(), "Ada"),
                events.fromCustomer(0, "Hi"),
                events.fromCustomer(1, "there"),
                events.flowEnded("FN1"));

        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));
        assertThat(snapshot(events).participants())
                .extracting(TranscriptSnapshot.Participant::name)
                .containsExactlyInAnyOrder(null, "Ada");
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT concat_ws(' ', kind, channel, our_address, answers, covers_indexes) FROM store.handoff_snapshots WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .isEqualTo("transcript sms " + Events.OURS + " {\"breed\": \"beagle\"} {[0,2)}");
    }

    @TestBesideTheOthers
    void aSnapshotThatWasNotPublishedBeforeACrashIsPublishedAfterIt() {
        var events = new Events();
        archiver.publish(events.fromCustomer(0, "Hi"), events.flowEnded("FN1"));
        await().atMost(Duration.ofSeconds(40)).until(() -> statuses(events).equals(List.of("ready")));
        await().atMost(Duration.ofSeconds(40)).until(() -> unpublished() == 0);

        archiver.database()
                .update(
                        "UPDATE store.handoff_snapshots SET published_at = NULL WHERE conversation_sid = ?",
                        events.conversationSid());

        await().atMost(Duration.ofSeconds(40)).until(() -> unpublished() == 0);
        var ready = readyRecords(events);
        assertThat(ready).hasSize(2);
        assertThat(ready.get(0)).isEqualTo(ready.get(1));
    }

    private static int unpublished() {
        return archiver.database()
                .queryForObject(
                        "SELECT count(*) FROM store.handoff_snapshots WHERE published_at IS NULL", Integer.class);
    }

    private static List<String> statuses(Events events) {
        return archiver.database()
                .queryForList(
                        "SELECT status FROM transcripts.handoffs WHERE conversation_sid = ?",
                        String.class,
                        events.conversationSid());
    }

    private static TranscriptSnapshot snapshot(Events events) {
        return new SnapshotCodec()
                .decode(archiver.database()
                        .queryForObject(
                                "SELECT content FROM store.handoff_snapshots WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()));
    }

    private static String contentSha256(Events events) {
        return SnapshotCodec.sha256(archiver.database()
                .queryForObject(
                        "SELECT content FROM store.handoff_snapshots WHERE conversation_sid = ?",
                        String.class,
                        events.conversationSid()));
    }

    /// All that was ever published of this conversation.
    private static List<TranscriptReady> readyRecords(Events events) {
        await().atMost(Duration.ofSeconds(40)).until(() -> unpublished() == 0);
        var codec = new EventCodec();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "fetch.max.wait.ms", 20),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(Topics.READY).stream()
                    .map(p -> new org.apache.kafka.common.TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var found = new java.util.ArrayList<TranscriptReady>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(r -> {
                    if (codec.decodeReady(r.value()) instanceof EventCodec.Readable<TranscriptReady>(var ready)
                            && ready.conversationSid().equals(events.conversationSid())) {
                        found.add(ready);
                    }
                });
            }
            return found;
        }
    }

    /// Has a conversation of its own and waits most of its time.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface TestBesideTheOthers {}
}
