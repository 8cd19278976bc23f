package org.transcriptpipeline.archive.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// What comes after a transcript went out.
class FollowUpTest {

    private static final Duration SOON = Duration.ofSeconds(40);

    static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver =
                new RunningArchiver("--transcripts.settling.deadline=2s", "--transcripts.settling.follow-up-window=4s");
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @TestBesideTheOthers
    void aLateFailureGivesExactlyOneFollowUp() {
        var events = new Events();
        var handedOver = handedOver(events);
        var failure = events.delivery(1, "undelivered", 30003);

        archiver.publish(failure);

        awaitVersions(events, "1 transcript 0/0", "2 follow_up 1 0/1");
        assertThat(of(events).snapshot(2).messages())
                .extracting(TranscriptSnapshot.Message::deliveryErrorCode)
                .containsExactly(null, 30003);
        assertThat(of(events).snapshot(2).followsVersion()).isEqualTo(1);

        archiver.publish(failure, events.delivery(1, "undelivered", 30003)); // told again, and in other words
        archiver.publish(handedOver);
        archiver.publish(events.delivery(1, "sent", null));

        staysAt(events, "1 transcript 0/0", "2 follow_up 1 0/1");
    }

    @TestBesideTheOthers
    @Tag("N16")
    void whatTheCustomerWritesWithinTheWindowIsOneFollowUpAndLaterAnother() {
        var events = new Events();
        handedOver(events);

        archiver.publish(
                events.fromCustomer(2, "One more thing"),
                events.fromCustomer(3, "It limps"),
                events.delivery(1, "failed", 30008));
        awaitVersions(events, "1 transcript 0/0", "2 follow_up 1 2/1");

        archiver.publish(events.fromCustomer(4, "Hello?"));
        awaitVersions(events, "1 transcript 0/0", "2 follow_up 1 2/1", "3 follow_up 2 1/0");
    }

    @TestBesideTheOthers
    void onceAnAgentWritesTheCustomersMessagesAreTheirsAndOnlyFailuresAreTold() {
        var events = new Events();
        handedOver(events);

        archiver.publish(
                events.agentJoined("ada"), events.fromAgent(2, "ada", "I am here"), events.fromCustomer(3, "Great"));
        staysAt(events, "1 transcript 0/0");

        archiver.publish(events.delivery(2, "undelivered", 30005));
        awaitVersions(events, "1 transcript 0/0", "2 follow_up 1 0/1");
    }

    @TestBesideTheOthers
    void anAgentWhoWritesWithinTheWindowEndsIt() {
        var events = new Events();
        handedOver(events);

        archiver.publish(events.fromCustomer(2, "Anybody?"));
        await().atMost(SOON).until(() -> of(events).row().get("follow_up_at") != null);
        archiver.publish(events.agentJoined("bo"), events.fromAgent(3, "bo", "Yes"));

        staysAt(events, "1 transcript 0/0");
    }

    @TestBesideTheOthers
    void whatTheFlowOrTheSystemWritesIsNoNews() {
        var events = new Events();
        handedOver(events);

        archiver.publish(events.fromFlow(2, "Bye"), events.delivery(2, "sent", null), events.delivery(1, "read", null));

        staysAt(events, "1 transcript 0/0");
    }

    @TestBesideTheOthers
    void aWatchThatHasEndedGivesNone() {
        var events = new Events();
        handedOver(events);
        of(events).set("watch_until = now()");

        archiver.publish(events.fromCustomer(2, "Late"));

        await().atMost(SOON).until(() -> messages(events) == 3);
        staysAt(events, "1 transcript 0/0");
        assertThat(of(events).row().get("look_at")).isNull();
    }

    @TestBesideTheOthers
    void aReplayOfEverythingGivesNone() {
        var events = new Events();
        var all = new java.util.ArrayList<TranscriptEvent>(handedOver(events));
        var later = List.of(events.fromCustomer(2, "One more thing"), events.delivery(1, "undelivered", 30003));
        archiver.publish(later);
        awaitVersions(events, "1 transcript 0/0", "2 follow_up 1 1/1");
        all.addAll(later);

        archiver.publish(all.reversed());
        archiver.publish(all);

        staysAt(events, "1 transcript 0/0", "2 follow_up 1 1/1");
    }

    @TestBesideTheOthers
    void aSecondEndOfAFlowIsAnotherHandoffAlsoAfterAFollowUpAndTheWatchGoesOverToIt() {
        var events = new Events();
        handedOver(events);
        archiver.publish(events.fromCustomer(2, "And a cat?"));
        awaitVersions(events, "1 transcript 0/0", "2 follow_up 1 1/0");

        archiver.publish(events.at(java.time.Instant.now().plusSeconds(1)).flowEnded(null));
        await().atMost(SOON).until(() -> of(events).statuses().equals(List.of("ready", "ready")));
        archiver.publish(events.delivery(1, "undelivered", 30003));

        awaitVersions(events, "1 transcript 0/0", "2 follow_up 1 1/0", "1 transcript 0/0", "2 follow_up 1 0/1");
        staysAt(events, "1 transcript 0/0", "2 follow_up 1 1/0", "1 transcript 0/0", "2 follow_up 1 0/1");
    }

    @TestBesideTheOthers
    void whoeverIsNotTakenOverInTimeIsRemindedOfOnce() {
        var events = new Events();
        handedOver(events);

        of(events).set("remind_at = now()");

        awaitVersions(events, "1 transcript 0/0", "2 reminder 1 0/0");
        assertThat(of(events).row().get("remind_at")).isNull();

        // the reminder went to others: the first ones still hear what the customer writes
        archiver.publish(events.fromCustomer(2, "Hello?"));
        awaitVersions(events, "1 transcript 0/0", "2 reminder 1 0/0", "3 follow_up 1 1/0");
    }

    @TestBesideTheOthers
    void nobodyIsRemindedOfWhatWasTakenOrAnswered() {
        var taken = new Events();
        var answered = new Events();
        handedOver(taken);
        handedOver(answered);
        archiver.publish(answered.agentJoined("ada"), answered.fromAgent(2, "ada", "Hi"));
        await().atMost(SOON).until(() -> messages(answered) == 3);

        of(taken).set("remind_at = now(), taken_at = now(), taken_by = 'somebody'");
        of(answered).set("remind_at = now()");

        await().atMost(SOON)
                .until(() -> of(taken).row().get("remind_at") == null
                        && of(answered).row().get("remind_at") == null);
        assertThat(of(taken).versions()).containsExactly("1 transcript 0/0");
        assertThat(of(answered).versions()).containsExactly("1 transcript 0/0");
    }

    private static List<TranscriptEvent> handedOver(Events events) {
        List<TranscriptEvent> all = List.of(
                events.customerJoined(),
                events.fromCustomer(0, "Hi"),
                events.fromFlow(1, "What kind of doggo?"),
                events.delivery(1, "sent", null),
                events.flowEnded(null));
        archiver.publish(all);
        await().atMost(SOON).until(() -> of(events).versions().equals(List.of("1 transcript 0/0")));
        await().atMost(SOON).until(() -> of(events).areQuiet());
        return all;
    }

    private static void awaitVersions(Events events, String... versions) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(of(events).versions()).containsExactly(versions));
        await().atMost(SOON).until(() -> of(events).areQuiet());
    }

    /// Longer than a window.
    private static void staysAt(Events events, String... versions) {
        await().during(Duration.ofMillis(4500))
                .atMost(SOON)
                .until(() -> of(events).versions().equals(List.of(versions)));
    }

    private static Handoffs of(Events events) {
        return Handoffs.of(archiver, events);
    }

    private static int messages(Events events) {
        return archiver.database()
                .queryForObject(
                        "SELECT count(*) FROM store.messages WHERE conversation_sid = ?",
                        Integer.class,
                        events.conversationSid());
    }

    /// Has a conversation of its own and waits most of its time.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface TestBesideTheOthers {}
}
