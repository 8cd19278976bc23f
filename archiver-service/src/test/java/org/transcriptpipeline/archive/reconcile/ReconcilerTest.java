package org.transcriptpipeline.archive.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// The archiver beside a Twilio that answers what the test wants: what is on its lists gets into the store, and no
/// verdict says more than the lists did.
class ReconcilerTest {

    private static final String OURS = "+12025550199";
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final AtomicInteger CUSTOMERS = new AtomicInteger(100);

    private static final String accountSid = Sids.account("reconciler " + System.nanoTime());
    private static final TwilioWorld world = new TwilioWorld(accountSid, 1, Clock.systemUTC());
    private static RestStandIn twilio;
    private static RunningArchiver archiver;

    /// Each test has a customer, and so a conversation, of its own.
    private final String customer = "+1202555" + String.format("%04d", CUSTOMERS.incrementAndGet());

    @BeforeAll
    static void start() {
        twilio = new RestStandIn(world, "a token");
        archiver = archiver(accountSid, twilio);
    }

    @AfterAll
    static void stop() {
        archiver.close();
        twilio.close();
    }

    @AfterEach
    void beKindAgain() {
        twilio.answersNormally();
    }

    private static RunningArchiver archiver(String accountSid, RestStandIn twilio) {
        return new RunningArchiver(
                "--transcripts.accounts.default.sid=" + accountSid,
                "--transcripts.accounts.default.auth-tokens=a token",
                "--transcripts.twilio.base-url=" + twilio.baseUrl(),
                "--transcripts.twilio.requests-per-second=1000",
                "--transcripts.reconcile.check-interval=50ms",
                "--transcripts.reconcile.missing-interval=200ms",
                "--transcripts.reconcile.first-pause=100ms",
                "--transcripts.reconcile.longest-account-pause=500ms",
                "--transcripts.store.missing-grace=500ms",
                "--transcripts.store.announcing-authors=bot",
                "--transcripts.settling.deadline=12s");
    }

    // ---- what a test asks of the store ----

    private static void sweep(RunningArchiver archiver, String accountSid) {
        archiver.database()
                .update(
                        "INSERT INTO store.reconciliation_sweeps (sweep_id, account_sid, reason) VALUES (?, ?, 'command')",
                        "sweep " + System.nanoTime(),
                        accountSid);
    }

    private static void request(String conversationSid) {
        archiver.bean(ReconciliationQueue.class)
                .request(
                        ReconcileReason.COMMAND,
                        List.of(new ReconcileRequest(conversationSid, accountSid, null, null, null)));
    }

    private static Map<String, Object> row(String conversationSid) {
        return archiver
                .database()
                .queryForList("SELECT * FROM transcripts.conversations WHERE conversation_sid = ?", conversationSid)
                .stream()
                .findFirst()
                .orElse(Map.of());
    }

    private static String verdict(String conversationSid) {
        return (String) row(conversationSid).get("verdict");
    }

    private static void awaitVerdict(String verdict, String conversationSid) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(row(conversationSid)).containsEntry("verdict", verdict));
    }

    private List<String> stored(String conversationSid) {
        return archiver.database().queryForList("""
                        SELECT concat_ws(' | ', message_sid, index, author, body, attributes, date_trunc('second', sent_at))
                        FROM transcripts.messages
                        WHERE conversation_sid = ? AND removed_at IS NULL
                        ORDER BY index
                        """, String.class, conversationSid);
    }

    private List<String> truth(String conversationSid) {
        return world.messages(conversationSid).stream()
                .map(m -> String.join(
                        " | ",
                        m.sid(),
                        Integer.toString(m.index()),
                        m.author(),
                        m.body(),
                        m.attributes(),
                        m.dateCreated()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString()
                                .replace('T', ' ')
                                .replace("Z", "+00")))
                .toList();
    }

    /// As the webhook would have told.
    private MessageAdded told(Message message) {
        var body = ("webhook of " + message.sid()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new MessageAdded(
                message.conversationSid(),
                message.sid(),
                new MessageFields(
                        (long) message.index(),
                        message.body(),
                        message.author(),
                        message.participantSid(),
                        message.attributes(),
                        null,
                        message.dateCreated(),
                        null,
                        null,
                        null),
                source(SourceKind.WEBHOOK, body));
    }

    private Source source(SourceKind kind, byte[] body) {
        return new Source(
                kind,
                org.transcriptpipeline.event.EventId.of(accountSid, kind, body),
                accountSid,
                Instant.now(),
                null,
                null,
                null,
                null,
                null,
                null,
                body,
                List.of());
    }

    private Message inbound(String text) {
        return world.inbound(customer, OURS, text).orElseThrow();
    }

    private static org.transcriptpipeline.simulator.world.MessageFields worded(String author, String text) {
        return org.transcriptpipeline.simulator.world.MessageFields.of(author, text);
    }

    private Message byFlow(String conversationSid, String text) {
        return world.byRest(conversationSid, worded(OURS, text), Origin.REST);
    }

    // ---- what holds ----

    @Test
    @Tag("T7")
    void aHistoryIsImportedWholeAndComplete() {
        int before = world.conversations().size();
        world.fill(30, 7);
        var other = world.settings().createService("another");
        var elsewhere = world.createConversation(
                other.sid(),
                new org.transcriptpipeline.simulator.world.ConversationFields(
                        null, "elsewhere", "unique", null, null, null, null, null),
                Origin.REST);
        world.byRest(elsewhere.sid(), worded("system", "in another service"), Origin.REST);

        sweep(archiver, accountSid);

        var imported =
                world.conversations().subList(before, world.conversations().size());
        assertThat(imported).hasSize(31);
        for (var conversation : imported) {
            awaitVerdict("complete", conversation.sid());
            assertThat(stored(conversation.sid())).isEqualTo(truth(conversation.sid()));
            assertThat(row(conversation.sid()))
                    .containsEntry("service_sid", conversation.serviceSid())
                    .containsEntry("missing_count", 0)
                    .containsEntry("unique_name", conversation.uniqueName());
        }
    }

    @Test
    @Tag("A11")
    void whatHadNoWebhookIsSilentAndWhatLostItIsRepaired() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        byFlow(sid, "of the flow");
        var lost = inbound("lost");
        world.byRest(sid, worded("bot", "lost too"), Origin.REST_WITH_WEBHOOK);
        var last = inbound("last");
        archiver.publish(told(first), told(last));

        awaitVerdict("complete", sid); // by the hole alone: nobody asked

        assertThat(stored(sid)).isEqualTo(truth(sid));
        assertThat(row(sid)).containsEntry("silent_count", 1).containsEntry("repaired_count", 2);

        archiver.publish(told(lost)); // it was only late
        await().atMost(SOON).untilAsserted(() -> assertThat(row(sid)).containsEntry("repaired_count", 1));
    }

    @Test
    @Tag("T5")
    void editsRemovalsAndReceiptsThatNobodyToldOfAreFound() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        var answer = byFlow(sid, "Hello");
        var gone = byFlow(sid, "gone soon");
        var last = inbound("last");
        archiver.publish(told(first), told(answer), told(gone), told(last));
        request(sid);
        awaitVerdict("complete", sid);

        world.edit(answer.sid(), worded("system", "Hello, edited"), Origin.REST);
        world.removeMessage(gone.sid(), Origin.REST);
        world.deliver(answer.sid(), DeliveryStatus.SENT, null);
        world.deliver(answer.sid(), DeliveryStatus.UNDELIVERED, 30003);
        request(sid);

        await().atMost(SOON).untilAsserted(() -> assertThat(stored(sid)).isEqualTo(truth(sid)));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(archiver.database()
                                .queryForMap(
                                        "SELECT delivery_status, delivery_error_code FROM transcripts.messages WHERE message_sid = ?",
                                        answer.sid()))
                        .containsEntry("delivery_status", "undelivered")
                        .containsEntry("delivery_error_code", 30003));
        awaitVerdict("complete", sid);
        assertThat(row(sid)).containsEntry("missing_count", 0);
    }

    @Test
    void aMessageThatIsListedNoMoreIsRemovedOnlyWhereTwilioDoesNotKnowItEither() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        var second = inbound("second");
        archiver.publish(told(first), told(second));
        request(sid);
        awaitVerdict("complete", sid);

        // the highest one: no list that goes on above it says that it is gone
        world.removeMessage(second.sid(), Origin.REST);
        request(sid);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(row(sid))
                        .containsEntry("verdict", "unverified")
                        .containsEntry(
                                "verdict_reason", "compared with the list that Twilio keeps, but not what came since"));
        assertThat(stored(sid)).hasSize(2);

        archiver.publish(told(inbound("third")));
        request(sid);
        awaitVerdict("complete", sid);
        assertThat(stored(sid)).isEqualTo(truth(sid));
    }

    @Test
    @Tag("T3")
    void aConversationThatIsGoneIsRemovedAndItsMessagesAreKept() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        archiver.publish(told(first));
        world.removeConversation(sid, Origin.REST);

        request(sid);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(row(sid).get("removed_at")).isNotNull());
        assertThat(stored(sid)).hasSize(1);
        assertThat(verdict(sid)).isEqualTo("unverified");
    }

    @Test
    @Tag("T1")
    @Tag("T2")
    @Tag("T4")
    void noAnswerMeansNoVerdictAndAllOfItHeals() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        byFlow(sid, "of the flow");
        archiver.publish(told(first));

        for (var fault : List.of(
                Fault.status(401),
                Fault.tooManyRequests(Duration.ofMillis(300)),
                Fault.status(500),
                new Fault.CutOff(),
                new Fault.RepeatedPageToken(),
                new Fault.Html(502))) {
            twilio.answersWith(fault, "Messages");
            request(sid);
            await(fault.toString())
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat((String) row(sid).get("verdict_reason"))
                            .startsWith("Twilio could not be asked: "));
            assertThat(verdict(sid)).as(fault.toString()).isEqualTo("unverified");
            archiver.database()
                    .update("UPDATE store.reconciliations SET last_error = NULL WHERE conversation_sid = ?", sid);
        }
        var meanwhile = inbound("archiving goes on");
        archiver.publish(told(meanwhile));
        await().atMost(SOON).untilAsserted(() -> assertThat(stored(sid)).hasSize(2));

        twilio.answersNormally();

        awaitVerdict("complete", sid);
        assertThat(stored(sid)).isEqualTo(truth(sid));
    }

    @Test
    void aHandoffWaitsForTheListAndHoldsWhatOnlyTheListKnew() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        byFlow(sid, "What breed?");
        byFlow(sid, "Goodbye");
        var ended = new Events(sid);
        archiver.publish(told(first));
        archiver.publish(flowEnd(ended));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(snapshots(sid))
                        .singleElement()
                        .satisfies(s ->
                                assertThat(s).containsEntry("message_count", 3).containsEntry("verdict", "complete")));
    }

    @Test
    void aHandoffGoesOutAtItsDeadlineAndSaysThatTwilioCouldNotBeAsked() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        archiver.publish(told(first));
        twilio.away();
        archiver.publish(flowEnd(new Events(sid)));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(snapshots(sid))
                        .singleElement()
                        .satisfies(s -> assertThat(s)
                                .containsEntry("message_count", 1)
                                .containsEntry("verdict", "unverified")));
        assertThat((String) snapshots(sid).getFirst().get("verdict_reason")).startsWith("Twilio could not be asked");

        twilio.back();
        awaitVerdict("complete", sid);
    }

    @Test
    void aConversationThatIsClosedIsComparedWithoutBeingAskedFor() {
        var first = inbound("Hi");
        var sid = first.conversationSid();
        byFlow(sid, "of the flow");
        archiver.publish(told(first));
        archiver.publish(new ConversationStateUpdated(
                sid, "active", "closed", Instant.now(), "TIMER", null, null, source(SourceKind.WEBHOOK, new byte[] {1
                })));

        awaitVerdict("complete", sid);
        assertThat(stored(sid)).isEqualTo(truth(sid));
    }

    @Test
    @Tag("T7")
    void afterAnOutageWhatWasGoingOnAndWhatBeganIsCompared() {
        var first = inbound("Hi");
        archiver.publish(told(first));
        await().atMost(SOON).until(() -> !row(first.conversationSid()).isEmpty());
        inbound("nobody was told");
        var begun = world.inbound("+1202556" + customer.substring(8), OURS, "of this neither")
                .orElseThrow();
        var resumed = new IntakeResumed(
                Instant.now().minusSeconds(5),
                Instant.now(),
                source(SourceKind.INTAKE, ("resumed " + customer).getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        archiver.publish(resumed, resumed);

        awaitVerdict("complete", first.conversationSid());
        awaitVerdict("complete", begun.conversationSid());
        assertThat(stored(first.conversationSid()))
                .isEqualTo(truth(first.conversationSid()))
                .hasSize(2);
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT count(*) FROM store.reconciliation_sweeps WHERE sweep_id = ?",
                                Integer.class,
                                "outage:" + resumed.source().eventId()))
                .isEqualTo(1);
    }

    @Test
    @Tag("T7")
    void whatOneArchiverLeavesAnotherFinishes() {
        var account = Sids.account("two archivers " + System.nanoTime());
        var manyConversations = new TwilioWorld(account, 2, Clock.systemUTC());
        manyConversations.fill(40, 3);
        try (var slow = new RestStandIn(manyConversations, "a token")) {
            slow.answersWith(new Fault.Late(Duration.ofMillis(200)));
            try (var first = archiver(account, slow)) {
                sweep(first, account);
                await().atMost(SOON).until(() -> slow.requests().size() > 20);
            } // in the middle of it
            slow.answersNormally();
            // what the first one had claimed is leased for two minutes
            archiver.database()
                    .update("UPDATE store.reconciliations SET due_at = now() WHERE account_sid = ?", account);
            archiver.database()
                    .update("UPDATE store.reconciliation_sweeps SET due_at = now() WHERE account_sid = ?", account);
            var waiting = archiver.database()
                    .queryForObject(
                            "SELECT count(*) FROM store.reconciliations WHERE account_sid = ?", Integer.class, account);
            assertThat(waiting).isPositive();

            try (var second = archiver(account, slow)) {
                for (Conversation conversation : manyConversations.conversations()) {
                    awaitVerdict("complete", conversation.sid());
                    // nobody watched when these were sent, so no webhook of theirs was lost
                    assertThat(row(conversation.sid())).containsEntry("repaired_count", 0);
                }
            }
            assertThat(slow.changingCalls()).isEmpty();
        }
    }

    private List<Map<String, Object>> snapshots(String conversationSid) {
        return archiver.database()
                .queryForList("SELECT * FROM store.handoff_snapshots WHERE conversation_sid = ?", conversationSid);
    }

    private org.transcriptpipeline.event.FlowEnded flowEnd(Events events) {
        var body = ("flow end " + System.nanoTime()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var ended = events.flowEnded(null);
        return new org.transcriptpipeline.event.FlowEnded(
                ended.conversationSid(),
                ended.flowSid(),
                null,
                ended.reason(),
                null,
                Map.of(),
                source(SourceKind.FLOW_ENDED, body));
    }
}
