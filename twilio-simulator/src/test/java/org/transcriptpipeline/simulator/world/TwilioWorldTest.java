package org.transcriptpipeline.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.world.AddressConfiguration.AutoCreation;

class TwilioWorldTest {

    private static final String CUSTOMER = "+12025550143";
    private static final String OTHER = "+12025550144";
    private static final String NUMBER = "+12025550199";

    private final Clock clock = Clock.fixed(Instant.parse("2026-03-02T14:05:09.611Z"), ZoneOffset.UTC);
    private final TwilioWorld world = new TwilioWorld(Sids.account("test"), 7, clock);

    @Test
    void aFirstTextMakesConversationParticipantAndMessage() {
        var message = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow();

        assertThat(message.index()).isZero();
        assertThat(message.author()).isEqualTo(CUSTOMER);
        assertThat(world.conversations()).extracting(Conversation::state).containsExactly(State.ACTIVE);
        assertThat(world.participants(message.conversationSid()))
                .singleElement()
                .satisfies(p -> assertThat(p.sid()).isEqualTo(message.participantSid()))
                .satisfies(p -> assertThat(p.binding()).isEqualTo(Binding.of(CUSTOMER, NUMBER)));
        assertThat(world.receipts(message.sid())).isEmpty();
    }

    @Test
    void textsOfAPairShareAConversationUntilItIsClosed() {
        var first = world.inbound(CUSTOMER, NUMBER, "1").orElseThrow();
        var second = world.inbound(CUSTOMER, NUMBER, "2").orElseThrow();
        world.changeState(first.conversationSid(), State.CLOSED, Origin.TIMER);
        var third = world.inbound(CUSTOMER, NUMBER, "3").orElseThrow();

        assertThat(second.conversationSid()).isEqualTo(first.conversationSid());
        assertThat(second.index()).isEqualTo(1);
        assertThat(third.conversationSid()).isNotEqualTo(first.conversationSid());
        assertThat(third.index()).isZero();
    }

    @Test
    void aTextBelongsToNoConversationWhenNothingMakesOne() {
        world.settings().setAutocreating(false);

        assertThat(world.inbound(CUSTOMER, NUMBER, "Hi")).isEmpty();
        assertThat(world.conversations()).isEmpty();
    }

    @Test
    void anAddressConfigurationSaysInWhichServiceAndWithWhichFlow() {
        var service = world.settings().createService("second");
        var flow = world.studio().createFlow("hotline", true, "{}", null);
        world.settings().setAutocreating(false);
        world.settings()
                .createAddress(
                        "sms",
                        NUMBER,
                        null,
                        new AutoCreation(true, "studio", service.sid(), null, null, List.of(), flow.sid(), null));

        var message = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow();

        assertThat(world.conversation(message.conversationSid()).serviceSid()).isEqualTo(service.sid());
        assertThat(world.studio().executionsOf(message.conversationSid()))
                .singleElement()
                .satisfies(e -> assertThat(e.startedBy()).isEqualTo(message.sid()))
                .satisfies(e -> assertThat(e.contactChannelAddress()).isEqualTo(CUSTOMER));
    }

    @Test
    void attachingAFlowReplaysToItAndOneExecutionRunsAtATime() {
        var conversationSid =
                world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().conversationSid();
        var flow = world.studio().createFlow("hotline", true, "{}", null);

        world.attach(conversationSid, ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flow.sid(), 0));
        world.inbound(CUSTOMER, NUMBER, "again");

        var first = world.studio().executionsOf(conversationSid).getFirst();
        assertThat(world.studio().executionsOf(conversationSid)).hasSize(1);
        assertThat(first.contactChannelAddress()).isEqualTo(conversationSid);
        world.studio().end(first.sid(), Studio.FLOW_END);
        world.byRest(conversationSid, MessageFields.of("bot", "silent"), Origin.REST);
        assertThat(world.studio().executionsOf(conversationSid)).hasSize(1);
        world.inbound(CUSTOMER, NUMBER, "and again");
        assertThat(world.studio().executionsOf(conversationSid)).hasSize(2);
    }

    @Test
    void aGroupIsKnownByAllItsNumbers() {
        var first =
                world.inboundGroup(CUSTOMER, List.of(OTHER), NUMBER, "hello").orElseThrow();
        var second = world.inboundGroup(OTHER, List.of(CUSTOMER), NUMBER, "hi").orElseThrow();
        var answer = world.byRest(first.conversationSid(), MessageFields.of("bot", "both"), Origin.REST);

        assertThat(second.conversationSid()).isEqualTo(first.conversationSid());
        assertThat(world.participants(first.conversationSid())).hasSize(3);
        assertThat(world.receipts(answer.sid()))
                .hasSize(2)
                .allSatisfy(r -> assertThat(r.channelMessageSid()).startsWith("MM"));
    }

    @Test
    void aMessageIsUpdatedOnlyByAnEdit() {
        var message = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow();
        assertThat(message.dateUpdated()).isNull();

        world.edit(message.sid(), MessageFields.body("[redacted]"), Origin.REST);

        assertThat(world.message(message.sid()).body()).isEqualTo("[redacted]");
        assertThat(world.message(message.sid()).dateUpdated()).isEqualTo(clock.instant());
    }

    @Test
    void anIndexIsNeverUsedAgain() {
        var first = world.inbound(CUSTOMER, NUMBER, "1").orElseThrow();
        var second = world.inbound(CUSTOMER, NUMBER, "2").orElseThrow();
        world.removeMessage(second.sid(), Origin.REST);
        world.skipIndexes(first.conversationSid(), 2);
        world.inbound(CUSTOMER, NUMBER, "3");

        assertThat(world.messages(first.conversationSid()))
                .extracting(Message::index)
                .containsExactly(0, 4);
        assertThat(world.removals()).extracting(Removal::sid).containsExactly(second.sid());
    }

    @Test
    void aReceiptBeginsWithoutStatusAndTakesWhatHappens() {
        var conversationSid =
                world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().conversationSid();
        var answer = world.bySdk(conversationSid, "agent-7", "Hello");
        assertThat(world.receipts(answer.sid()))
                .singleElement()
                .satisfies(r -> assertThat(r.status()).isNull())
                .satisfies(r -> assertThat(r.dateUpdated()).isNull());

        world.deliver(answer.sid(), DeliveryStatus.FAILED, 30005);

        assertThat(world.receipts(answer.sid()))
                .singleElement()
                .satisfies(r -> assertThat(r.status()).isEqualTo(DeliveryStatus.FAILED))
                .satisfies(r -> assertThat(r.errorCode()).isEqualTo(30005));
    }

    @Test
    void aRemovedConversationTakesItsMessagesWithIt() {
        var message = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow();

        world.removeConversation(message.conversationSid(), Origin.REST);

        assertThat(world.conversations()).isEmpty();
        assertThatExceptionOfType(TwilioRefusal.class)
                .isThrownBy(() -> world.message(message.sid()))
                .satisfies(e -> assertThat(e.code()).isEqualTo(20404));
        assertThat(world.inbound(CUSTOMER, NUMBER, "Hi again").orElseThrow().conversationSid())
                .isNotEqualTo(message.conversationSid());
    }

    @Test
    void whatTwilioRefusesIsRefusedWithItsCode() {
        var closed = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().conversationSid();
        world.changeState(closed, State.CLOSED, Origin.REST);
        var open = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().conversationSid();
        var service = world.settings().defaultServiceSid();
        var named = new ConversationFields(null, "order-1042", null, null, null, null, null, null);
        world.createConversation(service, named, Origin.REST);
        var timers = new ConversationFields(null, null, null, null, null, Duration.ofMinutes(5), null, null);

        assertThat(code(() -> world.byRest(closed, MessageFields.body("x"), Origin.REST)))
                .isEqualTo(50377);
        assertThat(code(() -> world.createConversation(service, named, Origin.REST)))
                .isEqualTo(50353);
        assertThat(code(() -> world.createConversation(service, timers, Origin.REST)))
                .isEqualTo(50382);
        var other = world.createConversation(service, ConversationFields.NONE, Origin.REST)
                .sid();
        var pair = ParticipantFields.reachedBy(Binding.of(CUSTOMER, NUMBER));
        assertThat(code(() -> world.addParticipant(other, pair, Origin.REST))).isEqualTo(50416);
        IntStream.range(0, 5).forEach(_ -> world.attach(open, ScopedWebhook.Target.STUDIO, studio()));
        assertThat(code(() -> world.attach(open, ScopedWebhook.Target.STUDIO, studio())))
                .isEqualTo(20001);
    }

    @Test
    void theSameCallsGiveTheSameSids() {
        var again = new TwilioWorld(Sids.account("test"), 7, clock);
        var other = new TwilioWorld(Sids.account("test"), 8, clock);

        var sid = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().sid();

        assertThat(again.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().sid()).isEqualTo(sid);
        assertThat(other.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().sid()).isNotEqualTo(sid);
    }

    @Test
    void textsOfManyThreadsGetAnIndexEach() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                executor.submit(() -> world.inbound(CUSTOMER, NUMBER, "x"));
            }
        }

        assertThat(world.conversations()).hasSize(1);
        assertThat(world.messages(world.conversations().getFirst().sid()))
                .extracting(Message::index)
                .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    void aFilledWorldTellsNobody() {
        var heard = new ArrayList<WorldEvent>();
        world.listen(heard::add);

        world.fill(50, 20);

        assertThat(world.conversations()).hasSize(50);
        assertThat(heard).isEmpty();
        assertThat(world.conversations())
                .allSatisfy(c -> assertThat(world.messages(c.sid()))
                        .hasSize(20)
                        .noneMatch(Message::isAnnounced)
                        .allMatch(m -> !m.dateCreated().isBefore(c.dateCreated())));
    }

    @Test
    void theTextFormOfWhatPeopleWroteHoldsNoneOfIt() {
        var message = world.inbound(CUSTOMER, NUMBER, "secret words").orElseThrow();
        var heard = new WorldEvent.MessageAdded(
                world.conversation(message.conversationSid()), message, Origin.CARRIER, clock.instant());
        var called = new WorldEvent.FlowCalled(
                world.studio().start("FW", CUSTOMER, Map.of("a", "secret words")),
                Map.of("a", "secret words"),
                clock.instant());

        assertThat(heard.toString() + called + world.participants(message.conversationSid()))
                .contains(message.sid())
                .doesNotContain("secret", CUSTOMER, NUMBER);
    }

    private static ScopedWebhook.Fields studio() {
        return ScopedWebhook.Fields.studio(Sids.of("FW", 1), null);
    }

    private static int code(Runnable refused) {
        try {
            refused.run();
        } catch (TwilioRefusal e) {
            return e.code();
        }
        throw new AssertionError("not refused");
    }
}
