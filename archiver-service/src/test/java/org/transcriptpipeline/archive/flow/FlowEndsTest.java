package org.transcriptpipeline.archive.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.Execution;
import org.transcriptpipeline.simulator.world.ScopedWebhook;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// The archiver beside a Twilio whose executions do not always say whose conversation they were.
class FlowEndsTest {

    private static final String OURS = "+12025550199";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBER = new AtomicInteger(500);
    private static final String ACCOUNT = Sids.account("flow ends " + System.nanoTime());
    private static final TwilioWorld world = new TwilioWorld(ACCOUNT, System.nanoTime(), Clock.systemUTC());

    private static String polledFlow;
    private static RestStandIn twilio;
    private static RunningArchiver archiver;

    private final String customer = "+1202555" + String.format("%04d", NUMBER.incrementAndGet());

    @BeforeAll
    static void start() {
        polledFlow = world.studio().createFlow("polled", true, "{}", null).sid();
        twilio = new RestStandIn(world, "a token");
        archiver = new RunningArchiver(
                "--transcripts.accounts.default.sid=" + ACCOUNT,
                "--transcripts.accounts.default.auth-tokens=a token",
                "--transcripts.twilio.base-url=" + twilio.baseUrl(),
                "--transcripts.twilio.requests-per-second=1000",
                "--transcripts.flows.search-interval=100ms",
                "--transcripts.flows.search-pause=200ms",
                "--transcripts.flows.poll=" + polledFlow,
                "--transcripts.flows.poll-interval=300ms",
                "--transcripts.settling.deadline=3s");
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

    @Test
    void theContextOfTheExecutionNamesItsConversation() {
        var execution = endedExecutionOfAConversation(flow());

        archiver.publish(streamed(execution, customer));

        awaitHandoff(execution.conversationSid(), execution.sid());
    }

    @Test
    void aTwilioThatIsAwayIsAskedAgain() {
        var execution = endedExecutionOfAConversation(flow());
        twilio.answersWith(Fault.status(503), "/Context");
        archiver.publish(streamed(execution, customer));
        await().atMost(SOON)
                .until(() -> archiver.database()
                        .queryForList(
                                "SELECT last_error FROM store.execution_searches WHERE execution_sid = ?",
                                String.class,
                                execution.sid())
                        .equals(List.of("Unavailable")));

        twilio.answersNormally();

        awaitHandoff(execution.conversationSid(), execution.sid());
    }

    @Test
    void withoutAContextItIsTheConversationThatTheAddressHasHere() {
        var conversationSid = Sids.of("CH", "in store " + System.nanoTime());
        archiver.publish(joined(conversationSid));
        await().atMost(SOON).until(() -> isStored(conversationSid));
        var execution = endedExecutionOfNoConversation();

        archiver.publish(streamed(execution, customer));

        awaitHandoff(conversationSid, execution.sid());
    }

    @Test
    void withoutThatItIsTheConversationThatTheAddressHasAtTwilio() {
        var conversationSid = world.inbound(customer, OURS, "Hi").orElseThrow().conversationSid();
        var execution = endedExecutionOfNoConversation();

        archiver.publish(streamed(execution, customer));

        awaitHandoff(conversationSid, execution.sid());
    }

    @Test
    void anExecutionOfNobodysConversationIsGivenUp() {
        var execution = endedExecutionOfNoConversation();

        archiver.publish(streamed(execution, customer));

        await().atMost(SOON)
                .until(() -> archiver.database()
                                .queryForObject(
                                        "SELECT coalesce(max(attempts), 0) FROM store.execution_searches WHERE execution_sid = ?",
                                        Integer.class,
                                        execution.sid())
                        >= 2);
        assertThat(conversationOf(execution.sid())).isEmpty();
    }

    @Test
    void anEndThatNobodyToldIsFoundInTheListOfAFlow() {
        await().atMost(SOON)
                .until(() -> archiver.database()
                                .queryForObject(
                                        "SELECT count(*) FROM store.flow_polls WHERE flow_sid = ?",
                                        Integer.class,
                                        polledFlow)
                        == 1);

        var execution = endedExecutionOfAConversation(polledFlow);

        awaitHandoff(execution.conversationSid(), execution.sid());
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT sources::text FROM store.flow_executions WHERE execution_sid = ?",
                                String.class,
                                execution.sid()))
                .isEqualTo("{rest}");
    }

    @Test
    void anAddressIsNowhereButInItsPrivateColumn() {
        var execution = endedExecutionOfNoConversation();

        archiver.publish(streamed(execution, customer));

        await().atMost(SOON)
                .until(() -> archiver.database()
                        .queryForList(
                                "SELECT contact_address FROM store.flow_executions WHERE execution_sid = ?",
                                String.class,
                                execution.sid())
                        .equals(List.of(customer)));
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT f::text FROM transcripts.flow_executions f WHERE execution_sid = ?",
                                String.class,
                                execution.sid()))
                .doesNotContain(customer);
    }

    private static String flow() {
        return world.studio().createFlow("hotline", true, "{}", null).sid();
    }

    private Execution endedExecutionOfAConversation(String flowSid) {
        var conversationSid = world.inbound(customer, OURS, "Hi").orElseThrow().conversationSid();
        world.attach(conversationSid, ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flowSid, 0));
        var execution = world.studio().executionsOf(conversationSid).getFirst();
        return world.studio().end(execution.sid(), "FLOW_END");
    }

    private Execution endedExecutionOfNoConversation() {
        var execution = world.studio().start(flow(), customer, Map.of());
        return world.studio().end(execution.sid(), "FLOW_END");
    }

    private static void awaitHandoff(String conversationSid, String executionSid) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(archiver.database()
                                .queryForList(
                                        "SELECT concat_ws(' ', trigger, execution_sid, status) FROM store.handoffs WHERE conversation_sid = ?",
                                        String.class,
                                        conversationSid))
                        .containsExactly("execution_ended " + executionSid + " ready"));
        assertThat(conversationOf(executionSid)).containsExactly(conversationSid);
    }

    private static List<String> conversationOf(String executionSid) {
        return archiver.database()
                .queryForList(
                        "SELECT conversation_sid FROM transcripts.flow_executions WHERE execution_sid = ? AND conversation_sid IS NOT NULL",
                        String.class,
                        executionSid);
    }

    private static boolean isStored(String conversationSid) {
        return archiver.database()
                        .queryForObject(
                                "SELECT count(*) FROM store.participants WHERE conversation_sid = ?",
                                Integer.class,
                                conversationSid)
                == 1;
    }

    /// As Event Streams tells it, with the customer's address instead of the conversation.
    private static FlowExecutionEnded streamed(Execution execution, String address) {
        return new FlowExecutionEnded(
                execution.sid(),
                execution.flowSid(),
                null,
                address,
                null,
                execution.dateCreated(),
                execution.dateUpdated(),
                "FLOW_END",
                source(SourceKind.EVENT_STREAM, execution.sid()));
    }

    private ParticipantAdded joined(String conversationSid) {
        var binding = new Binding("SMS", List.of(customer), OURS, null, null);
        var fields = new ParticipantFields(null, binding, null, null, null, Instant.now(), null, null);
        return new ParticipantAdded(
                conversationSid,
                "MB" + conversationSid.substring(2),
                fields,
                source(SourceKind.WEBHOOK, conversationSid));
    }

    private static Source source(SourceKind kind, String text) {
        var body = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new Source(
                kind,
                EventId.of(ACCOUNT, kind, body),
                ACCOUNT,
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
}
