package org.transcriptpipeline.archive.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.TranscriptEvent;

/// One end told by the flow, by Event Streams and by a conversation that is closed is one handoff.
class HandoffTriggersTest {

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Retention(RetentionPolicy.RUNTIME)
    @interface TestBesideTheOthers {}

    /// When the first flow's own call came.
    private final Instant first = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.MILLIS);

    static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(
                "--transcripts.settling.deadline=4s",
                "--transcripts.handoff.triggers=flow_ended,execution_ended,closed,inactive");
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    static Stream<List<Integer>> orders() {
        return Stream.of(
                List.of(0, 1, 2),
                List.of(0, 2, 1),
                List.of(1, 0, 2),
                List.of(1, 2, 0),
                List.of(2, 0, 1),
                List.of(2, 1, 0));
    }

    @ParameterizedTest
    @MethodSource("orders")
    @Execution(ExecutionMode.CONCURRENT)
    void oneEndToldThreeWaysIsOneHandoffInEveryOrder(List<Integer> order) {
        for (var knownToTheWidget : new String[] {null, "FN1"}) {
            var events = new Events().at(first);
            archiver.publish(events.fromCustomer(0, "Hi"));
            List<TranscriptEvent> told = List.of(
                    events.flowEnded(knownToTheWidget),
                    events.at(first.plusMillis(400))
                            .executionEnded("FN1", null, first.minusSeconds(90), first.plusMillis(100)),
                    events.at(first.plusMillis(800)).movedTo("closed"));

            for (int i = 0; i < order.size(); i++) {
                archiver.publish(told.get(order.get(i)));
                int seen = i + 1;
                await().atMost(Duration.ofSeconds(20)).until(() -> triggers(events) == seen);
            }

            assertThat(handoffs(events))
                    .as("widget names %s", knownToTheWidget)
                    .containsExactly("flow_ended FN1 FW1 done {\"breed\": \"beagle\"}");
        }
    }

    @TestBesideTheOthers
    void inOneBatchItIsOneHandoffAsWell() {
        var events = new Events().at(first);

        archiver.publish(
                events.movedTo("closed"),
                events.executionEnded("FN1", null, first.minusSeconds(90), first),
                events.flowEnded(null));

        await().atMost(Duration.ofSeconds(20)).until(() -> triggers(events) == 3);
        assertThat(handoffs(events)).hasSize(1);
    }

    /// Positions: 0 and 1 tell the end of the first run, 2 is the customer, 3 and 4 tell the end of the second.
    static Stream<List<Integer>> ordersOfTwoRuns() {
        return Stream.of(
                List.of(0, 1, 2, 3, 4),
                List.of(1, 0, 2, 4, 3),
                List.of(0, 2, 3, 4, 1),
                List.of(0, 2, 3, 1, 4),
                List.of(0, 2, 4, 1, 3));
    }

    @ParameterizedTest
    @MethodSource("ordersOfTwoRuns")
    @Execution(ExecutionMode.CONCURRENT)
    void aSecondRunIsASecondHandoff(List<Integer> order) {
        var events = new Events().at(first);
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "Hi"));
        var second = first.plusSeconds(180);
        List<TranscriptEvent> told = new ArrayList<>();
        told.add(events.at(first).flowEnded(null));
        told.add(events.executionEnded("FN1", null, first.minusSeconds(60), first.plusMillis(5)));
        told.add(events.at(first.plusSeconds(120)).fromCustomer(1, "Are you there?"));
        told.add(events.at(second).flowEnded(null));
        told.add(events.executionEnded("FN2", null, first.plusSeconds(121), second.plusMillis(5)));

        int triggers = 0;
        for (var next : order) {
            archiver.publish(told.get(next));
            if (next == 2) {
                await().atMost(Duration.ofSeconds(20)).until(() -> messages(events) == 2);
                continue;
            }
            int seen = ++triggers;
            await().atMost(Duration.ofSeconds(20)).until(() -> triggers(events) == seen);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> statuses(events).stream().allMatch("ready"::equals));
        }

        assertThat(handoffs(events))
                .containsExactlyInAnyOrder(
                        "flow_ended FN1 FW1 done {\"breed\": \"beagle\"}",
                        "flow_ended FN2 FW1 done {\"breed\": \"beagle\"}");
    }

    @TestBesideTheOthers
    void aConversationIsClosedOnceWhoeverTellsIt() {
        var events = new Events();

        archiver.publish(events.fromCustomer(0, "Hi"), events.movedTo("closed"), events.streamedAs("closed"));
        archiver.publish(events.flowEnded("FN9"), events.streamedAs("closed"));

        await().atMost(Duration.ofSeconds(20)).until(() -> triggers(events) == 2);
        await().atMost(Duration.ofSeconds(20)).until(() -> statuses(events).equals(List.of("ready")));
    }

    @TestBesideTheOthers
    void aConversationThatFellAsleepIsHandedOverAndAgainAfterTheCustomerWrote() {
        var events = new Events();
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "Hi"), events.movedTo("inactive"));
        await().atMost(Duration.ofSeconds(20)).until(() -> statuses(events).equals(List.of("ready")));

        archiver.publish(events.fromCustomer(1, "Still there?"), events.movedTo("active"), events.movedTo("inactive"));

        await().atMost(Duration.ofSeconds(20)).until(() -> statuses(events).equals(List.of("ready", "ready")));
    }

    @TestBesideTheOthers
    void anEndThatTwilioTellsADayLateExpires() {
        var events = new Events();
        var ended = Instant.now().minus(Duration.ofHours(25));

        archiver.publish(events.executionEnded("FN1", null, ended.minusSeconds(60), ended));

        await().atMost(Duration.ofSeconds(20)).until(() -> statuses(events).equals(List.of("expired")));
    }

    @TestBesideTheOthers
    void aReplayDoesNothing() {
        var events = new Events();
        List<TranscriptEvent> told = List.of(
                events.fromCustomer(0, "Hi"),
                events.flowEnded(null),
                events.executionEnded("FN1", null, Instant.now().minusSeconds(60), Instant.now()),
                events.movedTo("closed"));
        archiver.publish(told);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> statuses(events).equals(List.of("ready")) && triggers(events) == 3);
        var before = handoffs(events);

        archiver.publish(told.reversed());
        var marker = new Events();
        archiver.publish(marker.flowEnded(null));

        await().atMost(Duration.ofSeconds(20)).until(() -> statuses(marker).equals(List.of("ready")));
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> statuses(events).equals(List.of("ready")) && triggers(events) == 3);
        assertThat(handoffs(events)).isEqualTo(before);
    }

    @TestBesideTheOthers
    void anExecutionHasItsTimesAndAnErrorHasItsRow() {
        var events = new Events();
        var ended = first.plusSeconds(30);

        archiver.publish(
                events.executionEnded("FN-" + events.conversationSid(), "+12025550190", first, ended),
                events.errorLogged("NO-" + events.conversationSid(), 80901),
                events.at(first).errorLogged("NO-" + events.conversationSid(), 80901));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(archiver.database()
                                .queryForList(
                                        "SELECT concat_ws(' ', error_code, level, product_name, received_at) FROM transcripts.twilio_errors WHERE correlation_sid = ?",
                                        String.class,
                                        events.conversationSid()))
                        .hasSize(1)
                        .allMatch(row -> row.startsWith("80901 WARNING Studio")));
        await().atMost(Duration.ofSeconds(20)) // of another partition
                .until(() -> archiver.database()
                        .queryForObject(
                                "SELECT EXISTS (SELECT FROM store.flow_executions WHERE execution_sid = ?)",
                                Boolean.class,
                                "FN-" + events.conversationSid()));
        var execution = archiver.database()
                .queryForMap(
                        "SELECT started_at, ended_at, ended_reason, conversation_sid FROM transcripts.flow_executions WHERE execution_sid = ?",
                        "FN-" + events.conversationSid());
        assertThat(execution.get("started_at")).isEqualTo(java.sql.Timestamp.from(first));
        assertThat(execution.get("ended_at")).isEqualTo(java.sql.Timestamp.from(ended));
        assertThat(execution.get("ended_reason")).isEqualTo("FLOW_END");
        assertThat(execution.get("conversation_sid")).isNull();
        assertThat(unrecognised(events)).isZero();
    }

    /// Other tests leave some, also a moment after they have ended.
    private static int unrecognised(Events events) {
        return archiver.database()
                .queryForObject(
                        "SELECT count(*) FROM store.unrecognised_events WHERE position(convert_to(?, 'UTF8') IN record) > 0",
                        Integer.class,
                        events.conversationSid());
    }

    private static List<String> handoffs(Events events) {
        return archiver.database()
                .queryForList(
                        "SELECT concat_ws(' ', trigger, execution_sid, flow_sid, reason, answers) FROM store.handoffs WHERE conversation_sid = ? ORDER BY handoff_id",
                        String.class,
                        events.conversationSid());
    }

    private static List<String> statuses(Events events) {
        return archiver.database()
                .queryForList(
                        "SELECT status FROM store.handoffs WHERE conversation_sid = ?",
                        String.class,
                        events.conversationSid());
    }

    private static int messages(Events events) {
        return archiver.database()
                .queryForObject(
                        "SELECT count(*) FROM store.messages WHERE conversation_sid = ?",
                        Integer.class,
                        events.conversationSid());
    }

    private static int triggers(Events events) {
        return archiver.database()
                .queryForObject(
                        "SELECT count(*) FROM store.handoff_triggers t JOIN store.handoffs h USING (handoff_id) WHERE h.conversation_sid = ?",
                        Integer.class,
                        events.conversationSid());
    }
}
