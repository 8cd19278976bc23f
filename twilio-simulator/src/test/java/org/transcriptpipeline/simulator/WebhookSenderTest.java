package org.transcriptpipeline.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.MessageFields;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.ScopedWebhook;
import org.transcriptpipeline.simulator.world.Studio;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a world tells by webhook and by event stream.
class WebhookSenderTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String CUSTOMER = "+12025550143";
    private static final String NUMBER = "+12025550199";

    private final Clock clock = Clock.fixed(Instant.parse("2026-03-02T14:05:09.611Z"), ZoneOffset.UTC);
    private final TwilioWorld world = new TwilioWorld(Sids.account("test"), 7, clock);
    private final Receiver receiver = new Receiver();
    private final TwilioSimulator simulator = receiver.simulator(world.accountSid());

    private WebhookSender sender;

    @AfterEach
    void stop() {
        if (sender != null) {
            sender.close();
        }
        simulator.close();
        receiver.close();
    }

    @Test
    void aFirstTextIsToldByThreeSignedRequests() throws Exception {
        sender = new WebhookSender(world, simulator, Mischief.NONE);

        var message = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow();

        assertThat(sender.awaitQuiet(LIMIT)).isTrue();
        assertThat(receiver.received())
                .allMatch(Receiver.Received::isSigned)
                .extracting(r -> r.value("EventType"))
                .containsExactlyInAnyOrder("onConversationAdded", "onParticipantAdded", "onMessageAdded");
        assertThat(received("onMessageAdded").getFirst().value("DateCreated")).isEqualTo("2026-03-02T14:05:09.611Z");
        assertThat(world.message(message.sid()).isDropped()).isFalse();
        assertThat(world.losses().toldCount()).isEqualTo(3);
    }

    @Test
    void aRestMessageIsToldWhenItsCallerAskedForIt() throws Exception {
        sender = new WebhookSender(world, simulator, Mischief.NONE);
        var conversationSid =
                world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().conversationSid();

        var silent = world.byRest(conversationSid, MessageFields.of(NUMBER, "quiet"), Origin.REST);
        var told = world.byRest(conversationSid, MessageFields.of("bot", "loud"), Origin.REST_WITH_WEBHOOK);

        assertThat(sender.awaitQuiet(LIMIT)).isTrue();
        assertThat(received("onMessageAdded")).extracting(r -> r.value("Index")).containsExactlyInAnyOrder("0", "2");
        assertThat(silent.isAnnounced()).isFalse();
        assertThat(told.isAnnounced()).isTrue();
        assertThat(received("onMessageAdded"))
                .filteredOn(r -> r.value("Author").equals("bot"))
                .singleElement()
                .satisfies(r -> assertThat(r.value("Source")).isEqualTo("API"))
                .satisfies(r -> assertThat(r.value("ParticipantSid")).isEmpty());
    }

    @Test
    void aShareIsLostAndTheWorldKnowsWhich() throws Exception {
        sender = new WebhookSender(world, simulator, new Mischief(0.2, 0.2, Duration.ofMillis(50), Duration.ZERO, 1));

        int conversations = 100;
        for (int i = 0; i < conversations; i++) {
            var sid = world.inbound("+1202555%04d".formatted(i), NUMBER, "1")
                    .orElseThrow()
                    .conversationSid();
            IntStream.range(0, 9).forEach(m -> world.bySdk(sid, "agent-7", "text " + m));
        }

        assertThat(sender.awaitQuiet(LIMIT)).isTrue();
        var counts = sender.counts();
        assertThat(counts.due()).isEqualTo(conversations * 13L); // 10 messages, 2 participants, 1 conversation
        assertThat(counts.dropped()).isBetween(counts.due() * 15 / 100, counts.due() * 25 / 100);
        assertThat(counts.repeated()).isBetween(counts.due() * 11 / 100, counts.due() * 21 / 100);
        assertThat(counts.sent()).isEqualTo(counts.due() - counts.dropped() + counts.repeated());
        assertThat(counts.acknowledged()).isEqualTo(counts.sent());
        var arrived = received("onMessageAdded").stream()
                .map(r -> r.value("MessageSid"))
                .toList();
        assertThat(messages())
                .filteredOn(Message::isDropped)
                .extracting(Message::sid)
                .doesNotContainAnyElementsOf(arrived);
        assertThat(messages())
                .filteredOn(m -> !m.isDropped())
                .extracting(Message::sid)
                .hasSameElementsAs(arrived);
        assertThat(world.losses().alerts()).hasSize((int) counts.dropped());
    }

    @Test
    void whatHappensWithinTheReorderTimeArrivesInAnotherOrder() throws Exception {
        sender = new WebhookSender(world, simulator, new Mischief(0, 0, Duration.ofMillis(300), Duration.ZERO, 3));
        var sid = world.inbound(CUSTOMER, NUMBER, "0").orElseThrow().conversationSid();

        IntStream.range(1, 40).forEach(m -> world.bySdk(sid, "agent-7", "text " + m));

        assertThat(sender.awaitQuiet(LIMIT)).isTrue();
        var indexes = received("onMessageAdded").stream()
                .map(r -> Integer.valueOf(r.value("Index")))
                .toList();
        assertThat(indexes)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).boxed().toList());
        assertThat(indexes).isNotEqualTo(indexes.stream().sorted().toList());
    }

    @Test
    void aRefusedWebhookIsNotRepeatedAndCountsAsLost() throws Exception {
        world.inbound(CUSTOMER, NUMBER, "before");
        var sid = world.conversations().getFirst().sid();
        sender = new WebhookSender(world, simulator, Mischief.NONE);
        receiver.refusesNext(1);

        var message = world.byRest(sid, MessageFields.of("bot", "x"), Origin.REST_WITH_WEBHOOK);

        assertThat(sender.awaitQuiet(LIMIT)).isTrue();
        assertThat(receiver.received()).hasSize(1);
        assertThat(world.message(message.sid()).isDropped()).isTrue();
        assertThat(world.losses().alerts())
                .singleElement()
                .satisfies(a -> assertThat(a.status()).isEqualTo(503))
                .satisfies(a -> assertThat(a.resourceSid()).isEqualTo(message.sid()));
    }

    @Test
    void receiptsStatusCallbacksAndTheFlowsOwnCallAreTold() throws Exception {
        sender = new WebhookSender(world, simulator, Mischief.NONE);
        var sid = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().conversationSid();
        var flow = world.studio().createFlow("hotline", true, "{}", null);
        world.attach(sid, ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flow.sid(), 0));
        var answer = world.byRest(sid, MessageFields.of(NUMBER, "Hello"), Origin.REST);

        world.deliver(answer.sid(), DeliveryStatus.UNDELIVERED, 30003);
        world.reportStatus(answer.sid(), "undelivered", 30003);
        var execution = world.studio().executionsOf(sid).getFirst();
        world.studio().callAtEnd(execution.sid(), Map.of("breed", "corgi"));
        world.studio().end(execution.sid(), Studio.FLOW_END);

        assertThat(sender.awaitQuiet(LIMIT)).isTrue();
        var receipt = world.receipts(answer.sid()).getFirst();
        assertThat(received("onDeliveryUpdated"))
                .singleElement()
                .satisfies(r -> assertThat(r.value("ChannelMessageSid")).isEqualTo(receipt.channelMessageSid()))
                .satisfies(r -> assertThat(r.value("ErrorCode")).isEqualTo("30003"));
        assertThat(receiver.received())
                .filteredOn(r -> r.path().equals(Webhook.MESSAGE_STATUS))
                .singleElement()
                .satisfies(r -> assertThat(r.value("MessageSid")).isEqualTo(receipt.channelMessageSid()));
        assertThat(receiver.received())
                .filteredOn(r -> r.path().equals(Webhook.FLOW_ENDED))
                .singleElement()
                .satisfies(r -> assertThat(r.value("conversationSid")).isEqualTo(sid))
                .satisfies(r -> assertThat(r.value("executionSid")).isEqualTo(execution.sid()))
                .satisfies(r -> assertThat(r.value("breed")).isEqualTo("corgi"));
    }

    @Test
    void anEventStreamTellsInSignedBatchesAndRepeatsWhatWasRefused() throws Exception {
        try (var stream = new EventStream(world, simulator, new Mischief(1, 0, Duration.ZERO, Duration.ZERO, 1))) {
            receiver.refusesNext(2);
            var sid = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow().conversationSid();
            var flow = world.studio().createFlow("hotline", true, "{}", null);
            world.attach(sid, ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flow.sid(), 0));
            var execution = world.studio().executionsOf(sid).getFirst();
            world.studio().end(execution.sid(), Studio.FLOW_END);

            assertThat(stream.awaitQuiet(LIMIT)).isTrue();

            assertThat(receiver.received()).allMatch(Receiver.Received::isSigned);
            assertThat(stream.counts()).isEqualTo(new EventStream.Counts(5, 5, 0));
            assertThat(events())
                    .extracting(e -> e.path("type").asString())
                    .contains(
                            "com.twilio.conversations.conversation.added",
                            "com.twilio.conversations.participant.added",
                            "com.twilio.conversations.message.added",
                            "com.twilio.studio.flow.execution.started",
                            "com.twilio.studio.flow.execution.ended");
            assertThat(events())
                    .filteredOn(e -> e.path("type").asString().endsWith("execution.ended"))
                    .allSatisfy(e -> assertThat(
                                    e.at("/data/contact_channel_address").asString())
                            .isEqualTo(sid))
                    .allSatisfy(e ->
                            assertThat(e.at("/data/ended_reason").asString()).isEqualTo("FLOW_END"));
        }
    }

    private List<Receiver.Received> received(String eventType) {
        return receiver.received().stream()
                .filter(r -> r.path().equals(Webhook.CONVERSATIONS))
                .filter(r -> r.value("EventType").equals(eventType))
                .toList();
    }

    private List<JsonNode> events() {
        return receiver.received().stream()
                .flatMap(r -> JsonMapper.shared().readTree(r.body()).valueStream())
                .toList();
    }

    private List<Message> messages() {
        return world.conversations().stream()
                .flatMap(c -> world.messages(c.sid()).stream())
                .toList();
    }
}
