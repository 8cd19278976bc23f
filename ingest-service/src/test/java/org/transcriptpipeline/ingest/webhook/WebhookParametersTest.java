package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.ingest.Twilio;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.signature.FormParameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every parameter that Twilio documents for an event is in that event, at its place, as it came.
///
/// Source: the tables of `twilio-reference` 2.7, 2.8 and 4.2 (twilio.com/docs/conversations-classic/
/// conversations-webhooks, twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks).
class WebhookParametersTest {

    private static final String COMMON = "EventType AccountSid Source ClientIdentity ";
    /// An event, its type in the contract, the field that holds most of it, and its parameters beside the common ones.
    private record Row(String eventType, String type, String field, String parameters) {
        @Override
        public String toString() {
            return eventType;
        }
    }

    private static final String MEDIA =
            "[{\"Sid\":\"ME1\",\"Filename\":\"a.jpg\",\"ContentType\":\"image/jpeg\",\"Size\":48213}]";
    private static final String MEDIA_OF_THE_CONTRACT =
            "[{\"sid\":\"ME1\",\"contentType\":\"image/jpeg\",\"filename\":\"a.jpg\",\"sizeBytes\":48213}]";

    private static final String MESSAGE_STATUS =
            "AccountSid MessageSid MessageStatus From To MessagingServiceSid ErrorCode ErrorMessage RawDlrDoneDate"
                    + " ChannelPrefix EventType";

    /// Where a parameter is, where it is not in the event's field under its own name with a small first letter. A
    /// path that begins with a slash is of the whole event.
    private static final Map<String, String> PLACES = Map.ofEntries(
            Map.entry("EventType", "/source/eventType"),
            Map.entry("AccountSid", "/source/accountSid"),
            Map.entry("Source", "/source/origin"),
            Map.entry("ClientIdentity", "/source/clientIdentity"),
            Map.entry("ConversationSid", "/conversationSid"),
            Map.entry("MessageSid", "/messageSid"),
            Map.entry("UserSid", "/userSid"),
            Map.entry("DateRemoved", "/removedAt"),
            Map.entry("ChatServiceSid", "serviceSid"),
            Map.entry("MessageBody", "firstMessageBody"),
            Map.entry("StateUpdated", "stateUpdatedAt"),
            Map.entry("Media", "media"),
            Map.entry("MessagingBinding.Type", "binding/type"),
            Map.entry("MessagingBinding.Address", "binding/addresses/0"),
            Map.entry("MessagingBinding.ProxyAddress", "binding/proxyAddress"),
            Map.entry("MessagingBinding.ProjectedAddress", "binding/projectedAddress"),
            Map.entry("MessagingBinding.AuthorAddress", "binding/authorAddress"),
            Map.entry("MessageStatus", "status"),
            Map.entry("ErrorMessage", "errorText"),
            Map.entry("RawDlrDoneDate", "carrierDoneDate"));

    private final ConversationWebhookDecoder conversations = new ConversationWebhookDecoder();
    private final EventCodec codec = new EventCodec();

    static List<Row> events() throws IOException {
        try (var in = WebhookParametersTest.class.getResourceAsStream("/webhook-parameters.tsv")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .map(columns -> new Row(columns[0], columns[1], columns[2], columns[3]))
                    .toList();
        }
    }

    @Test
    void allEventsAreHere() throws IOException {
        assertThat(events()).extracting(Row::eventType).doesNotHaveDuplicates().hasSize(23);
        assertThat(events()).extracting(Row::type).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyDocumentedParameterIsInTheEvent(Row row) {
        var form = form(row.eventType(), COMMON + row.parameters());

        var event = conversations.decode(request(Endpoint.CONVERSATIONS, form), Twilio.ACCOUNT);

        assertThat(event.source().notes()).isEmpty();
        assertThat(EventCodec.typeOf(event)).isEqualTo(row.type());
        assertHolds(event, row, form);
    }

    @ParameterizedTest
    @MethodSource("events")
    void whatIsAbsentOrMayNotBeEmptyIsNoNote(Row row) {
        var form = form(row.eventType(), COMMON + row.parameters());
        form.replaceAll((name, value) -> isNeeded(name) ? value : "");

        var event = conversations.decode(request(Endpoint.CONVERSATIONS, form), Twilio.ACCOUNT);

        assertThat(EventCodec.typeOf(event)).isEqualTo(row.type());
        assertThat(event.source().notes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("events")
    void withoutTheSidsThatMakeItNothingOfItIsLost(Row row) {
        var form = form(row.eventType(), COMMON);
        var request = request(Endpoint.CONVERSATIONS, form);

        var event = conversations.decode(request, Twilio.ACCOUNT);

        if (row.eventType().equals("onConversationAdd")) { // has no SID yet
            assertThat(EventCodec.typeOf(event)).isEqualTo(row.type());
        } else {
            assertThat(event)
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason()).startsWith("missing:"));
        }
        assertThat(event.source().eventType()).isEqualTo(row.eventType());
        assertThat(event.source().body()).isEqualTo(request.body());
    }

    @Test
    void everyDocumentedParameterOfAStatusCallbackIsInTheEvent() {
        var form = form("READ", MESSAGE_STATUS);

        var event = new MessageStatusDecoder().decode(request(Endpoint.MESSAGE_STATUS, form), Twilio.ACCOUNT);

        assertThat(event.source().notes()).isEmpty();
        assertHolds(event, new Row("READ", "message-status.updated", "-", MESSAGE_STATUS), form);
    }

    @Test
    void aChannelsOwnWordsStandInForTheErrorsText() {
        var form = form("READ", "MessageSid MessageStatus ChannelStatusMessage");

        var event = new MessageStatusDecoder().decode(request(Endpoint.MESSAGE_STATUS, form), Twilio.ACCOUNT);

        assertThat(json(event).get("errorText").asString()).isEqualTo(form.get("ChannelStatusMessage"));
    }

    private void assertHolds(TranscriptEvent event, Row row, Map<String, String> form) {
        var json = json(event);
        form.forEach((name, value) -> {
            var node = json.at(place(row, name));
            assertThat(node.isArray() ? node.toString() : node.asString(null))
                    .as("%s of %s", name, row)
                    .isEqualTo(name.equals("Media") ? MEDIA_OF_THE_CONTRACT : value);
        });
    }

    private JsonNode json(TranscriptEvent event) {
        return JsonMapper.shared().readTree(codec.encode(event));
    }

    private static String place(Row row, String parameter) {
        if (parameter.equals("ParticipantSid") && row.field().equals("participant")) {
            return "/participantSid";
        }
        var place = PLACES.getOrDefault(
                parameter, parameter.substring(0, 1).toLowerCase(Locale.ROOT) + parameter.substring(1));
        return place.startsWith("/") ? place : (row.field().equals("-") ? "/" : "/" + row.field() + "/") + place;
    }

    /// The SIDs that make an event, what names it, and a delivery's status.
    private static boolean isNeeded(String name) {
        return List.of(
                        "EventType",
                        "AccountSid",
                        "ConversationSid",
                        "MessageSid",
                        "ParticipantSid",
                        "UserSid",
                        "ChannelMessageSid",
                        "Status")
                .contains(name);
    }

    /// Each parameter with a value of its own.
    private static Map<String, String> form(String eventType, String parameters) {
        var form = new LinkedHashMap<String, String>();
        var names = Arrays.stream(parameters.split(" "))
                .filter(name -> !name.isEmpty())
                .toList();
        for (int i = 0; i < names.size(); i++) {
            form.put(names.get(i), value(names.get(i), eventType, i));
        }
        return form;
    }

    private static String value(String name, String eventType, int position) {
        return switch (name) {
            case "EventType" -> eventType;
            case "AccountSid" -> Twilio.ACCOUNT;
            case "Index", "LastReadMessageIndex", "ErrorCode" -> Integer.toString(30_000 + position);
            case "isOnline" -> "true";
            case "isNotifiable" -> "false";
            case "Media" -> MEDIA;
            case "DateCreated", "DateUpdated", "DateRemoved", "StateUpdated" ->
                Instant.parse("2026-03-02T14:05:09.411Z").plusSeconds(position).toString();
            default ->
                name.endsWith("Sid") ? "XX%032x".formatted(position) : "the " + name + " & its ünïcode " + position;
        };
    }

    private static ReceivedRequest request(Endpoint endpoint, Map<String, String> form) {
        var body = form.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), UTF_8))
                .collect(Collectors.joining("&"))
                .getBytes(UTF_8);
        @Nullable String none = null;
        return new ReceivedRequest(
                "0123456789abcdef",
                endpoint,
                "/webhooks/" + endpoint.path(),
                none,
                "127.0.0.1",
                "application/x-www-form-urlencoded",
                List.of(),
                none,
                none,
                Instant.parse("2026-03-02T14:05:10Z"),
                body,
                FormParameters.parse(body, 500));
    }
}
