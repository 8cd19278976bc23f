package org.transcriptpipeline.simulator.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.simulator.FormBody;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.openapi.OpenApiDescriptions;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.JsonNode;

/// Every endpoint of the stand-in once, request and answer held against Twilio's OpenAPI descriptions. Monitor and the
/// Media Content Service have none here: their answers follow what is documented, and this test does not check them.
class DescribedByTwilioTest {

    private static final String CONVERSATIONS = "https://conversations.twilio.com/v1";
    private static final String STUDIO = "https://studio.twilio.com/v2/Flows";
    private static final String EVENTS = "https://events.twilio.com/v1";
    private static final String MESSAGING = "https://messaging.twilio.com/v1/Services";
    private static final String CUSTOMER = "+12025550143";
    private static final String NUMBER = "+12025550199";

    private final Clock clock = Clock.fixed(Instant.parse("2026-03-02T14:05:09.611Z"), ZoneOffset.UTC);
    private final TwilioWorld world = new TwilioWorld(Sids.account("test"), 7, clock);
    private final String account = "https://api.twilio.com/2010-04-01/Accounts/" + world.accountSid();
    private final List<String> errors = new ArrayList<>();
    private final Set<String> missing = new TreeSet<>();
    private final Set<String> kinds = new HashSet<>();

    private OpenApiDescriptions descriptions;
    private RestStandIn standIn;
    private Client client;

    @BeforeEach
    void start() {
        var found = OpenApiDescriptions.found();
        assumeTrue(found.isPresent(), "no OpenAPI descriptions, see " + OpenApiDescriptions.SETTING);
        descriptions = found.orElseThrow();
        standIn = new RestStandIn(world, Client.TOKEN);
        client = new Client(standIn, world.accountSid());
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
            standIn.close();
        }
    }

    @Test
    void everyAnswerIsAsTwilioDescribesIt() throws Exception {
        var numberSid = standIn.hasNumber(NUMBER);
        conversations(CONVERSATIONS, "+12025550141");
        conversations(CONVERSATIONS + "/Services/" + world.settings().defaultServiceSid(), "+12025550142");
        configuration();
        messaging(numberSid);
        studio();
        events();
        programmableMessaging(numberSid);

        assertThat(errors).isEmpty();
        assertThat(missing)
                .as("fields that Twilio has and the stand-in has not")
                .isEmpty();
        var driven = new HashSet<>(kinds);
        assertThat(standIn.kinds().stream()
                        .filter(k -> !k.contains("monitor.twilio.com") && !k.contains("mcs.us1.twilio.com"))
                        .filter(k -> !k.contains(MediaApi.CONTENT_HOST)))
                .as("endpoints that nobody asked for here")
                .isSubsetOf(driven);
    }

    @Test
    void aWrongAnswerIsFound() {
        var path = "/v1/Conversations/" + Sids.of("CH", 1);
        var host = "conversations.twilio.com";

        assertThat(descriptions.responseErrors("GET", host, path, 200, "{\"sid\":\"CH1\"}"))
                .hasSizeGreaterThan(1);
        assertThat(descriptions.responseErrors("GET", host, path, 200, "{\"date_created\":\"Monday\"}"))
                .containsExactly("/date_created breaks format");
        assertThat(descriptions.responseErrors("GET", host, path, 200, "{\"invented\":1}"))
                .hasSize(1);
        assertThat(descriptions.responseErrors("GET", host, path, 418, "{}")).hasSize(1);
        assertThat(descriptions.responseErrors("GET", host, path, 200, "{\"state\":null,\"timers\":{}}"))
                .isEmpty();
        assertThat(descriptions.responseErrors("GET", host, path + "/Nothing", 200, "{}"))
                .hasSize(1);
        assertThat(descriptions.responseErrors(
                        "GET", host, "/v1/Conversations", 200, "{\"conversations\":[{\"sid\":7}]}"))
                .containsExactly("/conversations/0/sid breaks type");
    }

    @Test
    void aWrongRequestIsFound() {
        var host = "conversations.twilio.com";
        var webhooks = "/v1/Conversations/" + Sids.of("CH", 1) + "/Webhooks";

        assertThat(requestErrors("GET", "/v1/Conversations", Map.of("PageSize", "101"), Map.of()))
                .hasSize(1);
        assertThat(requestErrors("GET", "/v1/Conversations", Map.of("PageSize", "many"), Map.of()))
                .hasSize(1);
        assertThat(requestErrors("GET", "/v1/Conversations", Map.of("Since", "now"), Map.of()))
                .hasSize(1);
        assertThat(requestErrors("GET", "/v1/Conversations", Map.of("State", "shut"), Map.of()))
                .isNotEmpty();
        assertThat(requestErrors("POST", webhooks, Map.of(), Map.of("Configuration.Url", "x")))
                .containsExactly("form: Target is missing");
        assertThat(requestErrors(
                        "POST", webhooks, Map.of(), Map.of("Target", "studio", "Configuration.FlowSid", "FW1")))
                .isNotEmpty();
        assertThat(requestErrors("GET", "/v1/Conversations", Map.of("PageSize", "100", "State", "active"), Map.of()))
                .isEmpty();
        assertThat(descriptions.describes(host)).isTrue();
        assertThat(descriptions.describes("monitor.twilio.com")).isFalse();
    }

    private List<String> requestErrors(
            String method, String path, Map<String, String> query, Map<String, String> form) {
        return descriptions.requestErrors(method, "conversations.twilio.com", path, lists(query), lists(form));
    }

    private void conversations(String root, String customer) throws Exception {
        var inbound = world.inbound(
                        customer, NUMBER, "Hi", List.of(new Media(Sids.of("ME", 1), "image/png", "a.png", 7)))
                .orElseThrow();
        var ours = world.bySdk(inbound.conversationSid(), "agent-7", "Hello");
        var all = root + "/Conversations";
        var one = all + "/" + inbound.conversationSid();
        world.bySdk(inbound.conversationSid(), "agent-7", "Not yet sent");
        world.deliver(ours.sid(), DeliveryStatus.FAILED, 30005);

        get(all + "?PageSize=1&State=active&StartDate=2026-03-01&EndDate=2026-03-02T15:00:00Z");
        var made = post(
                all,
                "FriendlyName",
                "Order 1042",
                "UniqueName",
                customer,
                "State",
                "active",
                "Timers.Inactive",
                "PT10M",
                "Timers.Closed",
                "P1D",
                "Attributes",
                "{}");
        get(all + "/" + made.path("sid").asString());
        post(all + "/" + made.path("sid").asString(), "FriendlyName", "Order 1043");
        var participant = post(all + "/" + made.path("sid").asString() + "/Participants", "Identity", "agent-7");
        post(one + "/Participants", "Identity", "agent-8", "Attributes", "{}");
        get(one + "/Participants");
        var participants = all + "/" + made.path("sid").asString() + "/Participants/";
        get(participants + participant.path("sid").asString());
        post(participants + participant.path("sid").asString(), "LastReadMessageIndex", "0");
        delete(participants + participant.path("sid").asString());
        delete(all + "/" + made.path("sid").asString());

        get(one + "/Messages?Order=desc&PageSize=100");
        var message = post(one + "/Messages", "Author", "bot", "Body", "x", "DateCreated", "2026-03-01T00:00:00Z");
        get(one + "/Messages/" + ours.sid());
        post(one + "/Messages/" + message.path("sid").asString(), "Body", "y", "Attributes", "{\"a\":1}");
        delete(one + "/Messages/" + message.path("sid").asString());
        get(one + "/Messages/" + ours.sid() + "/Receipts");
        get(one + "/Messages/" + ours.sid() + "/Receipts/"
                + world.receipts(ours.sid()).getFirst().sid());

        var webhook = post(
                one + "/Webhooks",
                "Target",
                "webhook",
                "Configuration.Url",
                "https://example.com",
                "Configuration.Method",
                "post",
                "Configuration.Filters",
                "onMessageAdded",
                "Configuration.Filters",
                "onMessageRemoved");
        post(
                one + "/Webhooks",
                "Target",
                "studio",
                "Configuration.FlowSid",
                Sids.of("FW", 1),
                "Configuration.ReplayAfter",
                "0");
        post(
                one + "/Webhooks",
                "Target",
                "trigger",
                "Configuration.Url",
                "https://example.com",
                "Configuration.Triggers",
                "help");
        get(one + "/Webhooks");
        get(one + "/Webhooks/" + webhook.path("sid").asString());
        post(one + "/Webhooks/" + webhook.path("sid").asString(), "Configuration.Url", "https://example.org");
        delete(one + "/Webhooks/" + webhook.path("sid").asString());
        get(root + "/ParticipantConversations?Address=" + encoded(customer));
        get(root + "/ParticipantConversations?Identity=agent-7");
    }

    private void configuration() throws Exception {
        get(CONVERSATIONS + "/Configuration");
        post(CONVERSATIONS + "/Configuration", "DefaultInactiveTimer", "PT10M", "DefaultClosedTimer", "PT1H");
        get(CONVERSATIONS + "/Configuration/Webhooks");
        post(
                CONVERSATIONS + "/Configuration/Webhooks",
                "PostWebhookUrl",
                "https://example.com",
                "Filters",
                "onMessageAdded",
                "Method",
                "POST",
                "Target",
                "webhook");
        var address = post(
                        CONVERSATIONS + "/Configuration/Addresses",
                        "Type",
                        "sms",
                        "Address",
                        NUMBER,
                        "AutoCreation.Enabled",
                        "true",
                        "AutoCreation.Type",
                        "studio",
                        "AutoCreation.StudioFlowSid",
                        Sids.of("FW", 1),
                        "AutoCreation.StudioRetryCount",
                        "3")
                .path("sid")
                .asString();
        post(
                CONVERSATIONS + "/Configuration/Addresses",
                "Type",
                "whatsapp",
                "Address",
                "whatsapp:" + NUMBER,
                "AutoCreation.Type",
                "webhook",
                "AutoCreation.WebhookUrl",
                "https://example.com",
                "AutoCreation.WebhookMethod",
                "post",
                "AutoCreation.WebhookFilters",
                "onMessageAdded");
        get(CONVERSATIONS + "/Configuration/Addresses?Type=sms");
        get(CONVERSATIONS + "/Configuration/Addresses/" + address);
        post(CONVERSATIONS + "/Configuration/Addresses/" + address, "AutoCreation.Enabled", "false");
        delete(CONVERSATIONS + "/Configuration/Addresses/" + address);
        var service = post(CONVERSATIONS + "/Services", "FriendlyName", "second")
                .path("sid")
                .asString();
        get(CONVERSATIONS + "/Services");
        get(CONVERSATIONS + "/Services/" + service);
        get(CONVERSATIONS + "/Services/" + service + "/Configuration");
        post(CONVERSATIONS + "/Services/" + service + "/Configuration", "ReachabilityEnabled", "true");
        get(CONVERSATIONS + "/Services/" + service + "/Configuration/Webhooks");
        post(
                CONVERSATIONS + "/Services/" + service + "/Configuration/Webhooks",
                "PostWebhookUrl",
                "https://example.com/webhooks/conversations",
                "Filters",
                "onMessageAdded",
                "Filters",
                "onMessageUpdated");
        delete(CONVERSATIONS + "/Services/" + service);
    }

    private void messaging(String numberSid) throws Exception {
        get(MESSAGING + "?PageSize=20");
        var service = MESSAGING + "/"
                + post(
                                MESSAGING,
                                "FriendlyName",
                                "conversations",
                                "StatusCallback",
                                "https://example.com/webhooks/message-status",
                                "UseInboundWebhookOnNumber",
                                "false",
                                "ValidityPeriod",
                                "3600")
                        .path("sid")
                        .asString();
        get(service);
        post(service, "StatusCallback", "https://example.com/status", "StickySender", "false");
        post(service + "/PhoneNumbers", "PhoneNumberSid", numberSid);
        get(service + "/PhoneNumbers");
        get(service + "/PhoneNumbers/" + numberSid);
        delete(service + "/PhoneNumbers/" + numberSid);
        delete(service);
    }

    private void studio() throws Exception {
        var definition = "{\"states\":[],\"initial_state\":\"Trigger\"}";
        post(STUDIO + "/Validate", "FriendlyName", "hotline", "Status", "draft", "Definition", definition);
        var flow = STUDIO + "/"
                + post(
                                STUDIO,
                                "FriendlyName",
                                "hotline",
                                "Status",
                                "published",
                                "Definition",
                                definition,
                                "CommitMessage",
                                "first")
                        .path("sid")
                        .asString();
        get(STUDIO);
        get(flow);
        post(flow, "Status", "published", "FriendlyName", "hotline 2");
        var execution = flow + "/Executions/"
                + post(flow + "/Executions", "To", CUSTOMER, "From", NUMBER, "Parameters", "{\"breed\":\"corgi\"}")
                        .path("sid")
                        .asString();
        get(flow + "/Executions?status=active&DateCreatedFrom=2026-03-01T00:00:00Z&DateCreatedTo=2026-03-03T00:00:00Z");
        get(execution);
        get(execution + "/Context");
        post(execution, "Status", "ended");
        get(execution);
        delete(execution);
        delete(flow);
    }

    private void events() throws Exception {
        var sinkSid = post(
                        EVENTS + "/Sinks",
                        "Description",
                        "ours",
                        "SinkType",
                        "webhook",
                        "SinkConfiguration",
                        "{\"destination\":\"https://example.com/webhooks/event-streams\",\"method\":\"POST\",\"batch_events\":true}")
                .path("sid")
                .asString();
        var sink = EVENTS + "/Sinks/" + sinkSid;
        get(EVENTS + "/Sinks?Status=active&InUse=false");
        get(sink);
        post(sink, "Description", "still ours");
        post(sink + "/Test");
        post(sink + "/Validate", "TestId", "x");
        var subscription = EVENTS + "/Subscriptions/"
                + post(
                                EVENTS + "/Subscriptions",
                                "Description",
                                "executions",
                                "SinkSid",
                                sinkSid,
                                "Types",
                                "{\"type\":\"com.twilio.studio.flow.execution.ended\",\"schema_version\":2}")
                        .path("sid")
                        .asString();
        get(EVENTS + "/Subscriptions?SinkSid=" + sinkSid);
        get(subscription);
        post(subscription, "Description", "executions too");
        var types = subscription + "/SubscribedEvents";
        post(types, "Type", "com.twilio.studio.flow.execution.started", "SchemaVersion", "1");
        get(types);
        get(types + "/com.twilio.studio.flow.execution.started");
        post(types + "/com.twilio.studio.flow.execution.started", "SchemaVersion", "2");
        delete(types + "/com.twilio.studio.flow.execution.started");
        delete(subscription);
        delete(sink);
    }

    private void programmableMessaging(String numberSid) throws Exception {
        get(account + "/IncomingPhoneNumbers.json?PhoneNumber=" + encoded(NUMBER));
        get(account + "/IncomingPhoneNumbers/" + numberSid + ".json");
        post(account + "/IncomingPhoneNumbers/" + numberSid + ".json", "SmsUrl", "https://example.com/sms");
        var sms = post(account + "/Messages.json", "To", CUSTOMER, "From", NUMBER, "Body", "Hi");
        post(account + "/Messages.json", "To", CUSTOMER, "MessagingServiceSid", Sids.of("MG", 1), "Body", "Hi");
        get(account + "/Messages.json?PageSize=2&To=" + encoded(CUSTOMER));
        get(account + "/Messages.json?DateSent%3E=2026-03-01T00:00:00Z&From=" + encoded(NUMBER));
        var one = account + "/Messages/" + sms.path("sid").asString() + ".json";
        get(one);
        post(one, "Body", "");
        delete(one);
    }

    private JsonNode get(String url) throws Exception {
        return checked("GET", url, client.get(url), List.of());
    }

    private JsonNode post(String url, String... form) throws Exception {
        return checked("POST", url, client.post(url, form), Client.parameters(form));
    }

    private void delete(String url) throws Exception {
        checked("DELETE", url, client.delete(url), List.of());
    }

    private JsonNode checked(String method, String url, Client.Answer answer, List<Parameter> form) {
        var uri = URI.create(url);
        kinds.add(standIn.requests().getLast().kind());
        var query = uri.getRawQuery() == null ? List.<Parameter>of() : FormBody.decode(uri.getRawQuery());
        var place = method + " " + url + " → " + answer.status() + ": ";
        descriptions
                .requestErrors(method, uri.getHost(), uri.getPath(), byName(query), byName(form))
                .forEach(e -> errors.add(place + e));
        descriptions
                .responseErrors(method, uri.getHost(), uri.getPath(), answer.status(), answer.body())
                .forEach(e -> errors.add(place + e));
        descriptions
                .missingFields(method, uri.getHost(), uri.getPath(), answer.status(), answer.body())
                .forEach(e -> missing.add(uri.getHost() + e));
        return answer.body().isEmpty() ? null : answer.json();
    }

    private static Map<String, List<String>> byName(List<Parameter> parameters) {
        var byName = new LinkedHashMap<String, List<String>>();
        parameters.forEach(
                p -> byName.computeIfAbsent(p.name(), _ -> new ArrayList<>()).add(p.value()));
        return byName;
    }

    private static Map<String, List<String>> lists(Map<String, String> values) {
        var lists = new LinkedHashMap<String, List<String>>();
        values.forEach((name, value) -> lists.put(name, List.of(value)));
        return lists;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
