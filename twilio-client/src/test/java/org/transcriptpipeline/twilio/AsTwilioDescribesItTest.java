package org.transcriptpipeline.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.transcriptpipeline.twilio.Samples.CONVERSATION;
import static org.transcriptpipeline.twilio.Samples.CUSTOMER;
import static org.transcriptpipeline.twilio.Samples.EXECUTION;
import static org.transcriptpipeline.twilio.Samples.FLOW;
import static org.transcriptpipeline.twilio.Samples.LONG_AGO;
import static org.transcriptpipeline.twilio.Samples.MESSAGE;
import static org.transcriptpipeline.twilio.Samples.OURS;
import static org.transcriptpipeline.twilio.Samples.SERVICE;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.twilio.setup.AddressConfiguration.AutoCreation;
import org.transcriptpipeline.twilio.setup.ConversationsConfiguration;
import org.transcriptpipeline.twilio.setup.ConversationsWebhooks;
import org.transcriptpipeline.twilio.setup.Flow;
import org.transcriptpipeline.twilio.setup.MessagingService;
import org.transcriptpipeline.twilio.setup.SubscribedEvent;
import org.transcriptpipeline.twilio.transport.Verb;

/// Every request is one that Twilio describes, and every example of an answer in its description can be read.
class AsTwilioDescribesItTest {

    private static final String MG = Sids.of("MG", "messaging");
    private static final String PN = Sids.of("PN", "number");
    private static final String IG = Sids.of("IG", "address");
    private static final String DG = Sids.of("DG", "sink");
    private static final String DF = Sids.of("DF", "subscription");
    private static final Flow.Draft DRAFT = new Flow.Draft("flow", "published", "{}", "commit");
    private static final AutoCreation AUTO = new AutoCreation(
            true, "studio", SERVICE, "https://example.com", "post", List.of("onMessageAdded", "x"), FLOW, 2);
    private static final ConversationsWebhooks WEBHOOKS = new ConversationsWebhooks(
            "", "https://example.com", "POST", List.of("onMessageAdded", "onDeliveryUpdated"), "webhook");
    private static final MessagingService.Settings MESSAGING =
            new MessagingService.Settings("messaging", "https://example.com", true);

    private static TwilioDescription description;

    /// By the name of the class and the method that asks; the same method is asked in one service and without.
    private static Map<String, Consumer<Asking>> requests() {
        var all = new TreeMap<String, Consumer<Asking>>();
        all.put("TwilioClient.services", it -> it.client.services(null));
        all.put(
                "TwilioClient.conversations",
                it -> it.client.conversations(it.service, LONG_AGO, LONG_AGO.plusSeconds(1), null));
        all.put("TwilioClient.conversation", it -> it.client.conversation(it.service, CONVERSATION));
        all.put("TwilioClient.messages", it -> it.client.messages(it.service, CONVERSATION, Order.ASC, null));
        all.put("TwilioClient.message", it -> it.client.message(it.service, CONVERSATION, MESSAGE));
        all.put("TwilioClient.participants", it -> it.client.participants(it.service, CONVERSATION, null));
        all.put("TwilioClient.receipts", it -> it.client.receipts(it.service, CONVERSATION, MESSAGE, null));
        all.put(
                "TwilioClient.conversationWebhooks",
                it -> it.client.conversationWebhooks(it.service, CONVERSATION, null));
        all.put(
                "TwilioClient.conversationsOfAddress",
                it -> it.client.conversationsOfAddress(it.service, CUSTOMER, null));
        all.put("TwilioClient.executions", it -> it.client.executions(FLOW, LONG_AGO, null));
        all.put("TwilioClient.conversationOfExecution", it -> it.client.conversationOfExecution(FLOW, EXECUTION));
        all.put("TwilioClient.attachFlow", it -> it.client.attachFlow(it.service, CONVERSATION, FLOW, 7));
        all.put(
                "TwilioClient.createConversation",
                it -> it.client.createConversation(it.service, new NewConversation("unique", "name", "{}", MG)));
        all.put(
                "TwilioClient.deleteConversationWebhook",
                it -> it.client.deleteConversationWebhook(it.service, CONVERSATION, "WH" + "1".repeat(32)));
        all.put("TwilioClient.deleteConversation", it -> it.client.deleteConversation(it.service, CONVERSATION));
        all.put(
                "TwilioClient.addParticipant",
                it -> it.client.addParticipant(it.service, CONVERSATION, CUSTOMER, OURS));
        all.put("TwilioClient.addMessage", it -> it.client.addMessage(it.service, CONVERSATION, "flow", "words"));
        all.put(
                "TwilioClient.sendSms",
                it -> it.client.sendSms(
                        new NewSms(CUSTOMER, it.service == null ? OURS : MG, "words", "https://example.com")));
        all.put("TwilioSetup.configuration", it -> it.client.setup().configuration());
        all.put(
                "TwilioSetup.updateConfiguration",
                it -> it.client
                        .setup()
                        .updateConfiguration(new ConversationsConfiguration(SERVICE, MG, "PT24H", "P3D")));
        all.put("TwilioSetup.createService", it -> it.client.setup().createService("service"));
        all.put("TwilioSetup.webhooks", it -> it.client.setup().webhooks());
        all.put("TwilioSetup.updateWebhooks", it -> it.client.setup().updateWebhooks(WEBHOOKS));
        all.put("TwilioSetup.serviceWebhooks", it -> it.client.setup().serviceWebhooks(SERVICE));
        all.put("TwilioSetup.updateServiceWebhooks", it -> it.client.setup().updateServiceWebhooks(SERVICE, WEBHOOKS));
        all.put("TwilioSetup.addresses", it -> it.client.setup().addresses(null));
        all.put("TwilioSetup.createAddress", it -> it.client.setup().createAddress("sms", OURS, "ours", AUTO));
        all.put("TwilioSetup.updateAddress", it -> it.client.setup().updateAddress(IG, "ours", AUTO));
        all.put("TwilioSetup.messagingServices", it -> it.client.setup().messagingServices(null));
        all.put("TwilioSetup.messagingService", it -> it.client.setup().messagingService(MG));
        all.put("TwilioSetup.createMessagingService", it -> it.client.setup().createMessagingService(MESSAGING));
        all.put("TwilioSetup.updateMessagingService", it -> it.client.setup().updateMessagingService(MG, MESSAGING));
        all.put("TwilioSetup.messagingServiceNumbers", it -> it.client.setup().messagingServiceNumbers(MG, null));
        all.put("TwilioSetup.addMessagingServiceNumber", it -> it.client.setup().addMessagingServiceNumber(MG, PN));
        all.put("TwilioSetup.phoneNumbers", it -> it.client.setup().phoneNumbers(OURS, null));
        all.put("TwilioSetup.flows", it -> it.client.setup().flows(null));
        all.put("TwilioSetup.flow", it -> it.client.setup().flow(FLOW));
        all.put("TwilioSetup.createFlow", it -> it.client.setup().createFlow(DRAFT));
        all.put("TwilioSetup.updateFlow", it -> it.client.setup().updateFlow(FLOW, DRAFT));
        all.put("TwilioSetup.isValid", it -> it.client.setup().isValid(DRAFT));
        all.put("TwilioSetup.alerts", it -> it.client.setup().alerts(LONG_AGO, LONG_AGO, null));
        all.put("EventStreams.sinks", it -> it.client.setup().eventStreams().sinks(null));
        all.put("EventStreams.sink", it -> it.client.setup().eventStreams().sink(DG));
        all.put(
                "EventStreams.createWebhookSink",
                it -> it.client.setup().eventStreams().createWebhookSink("sink", "https://example.com"));
        all.put(
                "EventStreams.subscriptions",
                it -> it.client.setup().eventStreams().subscriptions(DG, null));
        all.put(
                "EventStreams.createSubscription",
                it -> it.client
                        .setup()
                        .eventStreams()
                        .createSubscription(
                                "sub", DG, List.of(new SubscribedEvent("a", 2), new SubscribedEvent("b", null))));
        all.put(
                "EventStreams.subscribedEvents",
                it -> it.client.setup().eventStreams().subscribedEvents(DF, null));
        all.put(
                "EventStreams.addSubscribedEvent",
                it -> it.client.setup().eventStreams().addSubscribedEvent(DF, new SubscribedEvent("a", 2)));
        return all;
    }

    record Asking(TwilioClient client, String service) {}

    @BeforeAll
    static void read() {
        assumeTrue(TwilioDescription.isAtHand(), "Twilio's descriptions are not at hand");
        description = TwilioDescription.read();
    }

    static Stream<String> names() {
        return requests().keySet().stream();
    }

    @Test
    void noRequestIsForgotten() {
        var asking = Stream.of(TwilioClient.class, TwilioSetup.class, EventStreams.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(AsTwilioDescribesItTest::name)
                .filter(name -> !Set.of(
                                "TwilioClient.of",
                                "TwilioClient.accountSid",
                                "TwilioClient.setup",
                                "TwilioClient.media", // Twilio publishes no description of its host
                                "TwilioClient.close",
                                "TwilioSetup.eventStreams")
                        .contains(name))
                .collect(Collectors.toSet());

        assertThat(requests().keySet()).isEqualTo(asking);
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRequestIsAsDescribedAndItsExampleCanBeRead(String name) throws Exception {
        try (var twilio = new StandIn();
                var client = TwilioClient.of(Samples.settings(name, twilio.baseUrl()))) {
            twilio.answers((asked, exchange) -> {
                var example = description.covers(asked)
                        ? description.example(asked)
                        : new TwilioDescription.Example(200, "{\"alerts\": [], \"meta\": {\"next_page_url\": null}}");
                StandIn.send(exchange, example.status(), example.body());
            });

            requests().get(name).accept(new Asking(client, null));
            requests().get(name).accept(new Asking(client, SERVICE));

            assertThat(twilio.asked()).hasSize(2);
            twilio.asked().stream().filter(description::covers).forEach(description::check);
        }
    }

    @Test
    void whatIsNotDescribedIsNoticed() throws Exception {
        try (var twilio = new StandIn();
                var caller = new Caller(Samples.settings("odd", twilio.baseUrl()), Caller.FIRST_PAUSE)) {
            twilio.answers("{\"sid\": \"IS1\"}");
            for (var call : List.of(
                    new Call(Verb.GET, "x", "conversations", "/v1/Nothing"),
                    new Call(Verb.GET, "x", "conversations", "/v1/Services").query("Pagesize", 1),
                    new Call(Verb.GET, "x", "conversations", "/v1/Services").query("PageSize", 101),
                    new Call(Verb.POST, "x", "conversations", "/v1/Services"),
                    new Call(Verb.POST, "x", "studio", "/v2/Flows")
                            .form("FriendlyName", "x")
                            .form("Definition", "x")
                            .form("Status", "PUBLISHED"))) {
                caller.fetch(call, RestService.class);
                var asked = twilio.asked().getLast();

                assertThatThrownBy(() -> description.check(asked)).isInstanceOf(AssertionError.class);
            }
        }
    }
}
