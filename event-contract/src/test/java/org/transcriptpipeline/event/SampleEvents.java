package org.transcriptpipeline.event;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One event of each type, every field filled, from fixed values. The frozen files hold the same events as JSON.
final class SampleEvents {

    private static final String ACCOUNT = "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    private static final String CONVERSATION = "CH91d2c3b4a5f64e7788990a1b2c3d4e5f";
    private static final String MESSAGE = "IM0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    private static final String CHANNEL_MESSAGE = "SM4e5f60718293a4b5c6d7e8f90a1b2c3d";
    private static final String PARTICIPANT = "MB1122334455667788990011223344aabb";
    private static final String SERVICE = "IS7a6b5c4d3e2f41109f8e7d6c5b4a3928";
    private static final String MESSAGING_SERVICE = "MG0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f";
    private static final String ROLE = "RL60718293a4b5c6d7e8f90a1b2c3d4e5f";
    private static final String USER = "US8293a4b5c6d7e8f90a1b2c3d4e5f6071";
    private static final String FLOW = "FW93a4b5c6d7e8f90a1b2c3d4e5f607182";
    private static final String EXECUTION = "FNa4b5c6d7e8f90a1b2c3d4e5f60718293";
    private static final String CUSTOMER = "+12025550143";
    private static final String OURS = "+12025550199";

    private static final Instant CREATED = Instant.parse("2026-03-02T14:05:09.611Z");
    private static final Instant UPDATED = Instant.parse("2026-03-02T15:00:00.120Z");
    private static final Instant REMOVED = Instant.parse("2026-03-02T15:10:44.900Z");
    private static final Instant OBSERVED = Instant.parse("2026-03-02T15:10:45Z");
    private static final Instant RECEIVED = Instant.parse("2026-03-02T15:10:45.250Z");

    private SampleEvents() {}

    /// All samples, by the name of their type.
    static Map<String, TranscriptEvent> byType() {
        return all().collect(Collectors.toMap(EventCodec::typeOf, e -> e, (a, b) -> a, LinkedHashMap::new));
    }

    static Stream<TranscriptEvent> all() {
        return Stream.of(
                new ConversationAdded(CONVERSATION, conversation(), webhook("onConversationAdded")),
                new ConversationUpdated(CONVERSATION, conversation(), webhook("onConversationUpdated")),
                new ConversationStateUpdated(
                        CONVERSATION,
                        "inactive",
                        "closed",
                        UPDATED,
                        "TIMER",
                        SERVICE,
                        MESSAGING_SERVICE,
                        webhook("onConversationStateUpdated")),
                new ConversationRemoved(CONVERSATION, conversation(), REMOVED, webhook("onConversationRemoved")),
                messageAdded(),
                new MessageUpdated(CONVERSATION, MESSAGE, message(), webhook("onMessageUpdated")),
                new MessageRemoved(CONVERSATION, MESSAGE, message(), REMOVED, webhook("onMessageRemoved")),
                new ParticipantAdded(CONVERSATION, PARTICIPANT, participant(), webhook("onParticipantAdded")),
                new ParticipantUpdated(CONVERSATION, PARTICIPANT, participant(), webhook("onParticipantUpdated")),
                new ParticipantRemoved(
                        CONVERSATION, PARTICIPANT, participant(), REMOVED, webhook("onParticipantRemoved")),
                new DeliveryUpdated(
                        CONVERSATION,
                        MESSAGE,
                        CHANNEL_MESSAGE,
                        "DY3d4e5f60718293a4b5c6d7e8f90a1b2c",
                        PARTICIPANT,
                        "undelivered",
                        30003,
                        CREATED,
                        UPDATED,
                        SERVICE,
                        webhook("onDeliveryUpdated")),
                new UserAdded(USER, user(), webhook("onUserAdded")),
                new UserUpdated(USER, user(), webhook("onUserUpdated")),
                new ConversationAdd(SERVICE, conversation(), webhook("onConversationAdd")),
                new ConversationUpdate(CONVERSATION, conversation(), webhook("onConversationUpdate")),
                new ConversationRemove(CONVERSATION, conversation(), webhook("onConversationRemove")),
                new MessageAdd(CONVERSATION, message(), webhook("onMessageAdd")),
                new MessageUpdate(CONVERSATION, MESSAGE, message(), webhook("onMessageUpdate")),
                new MessageRemove(CONVERSATION, MESSAGE, message(), webhook("onMessageRemove")),
                new ParticipantAdd(CONVERSATION, participant(), webhook("onParticipantAdd")),
                new ParticipantUpdate(CONVERSATION, PARTICIPANT, participant(), webhook("onParticipantUpdate")),
                new ParticipantRemove(CONVERSATION, PARTICIPANT, participant(), webhook("onParticipantRemove")),
                new UserUpdate(USER, user(), webhook("onUserUpdate")),
                new MessageStatusUpdated(
                        CHANNEL_MESSAGE,
                        "undelivered",
                        30005,
                        "Unknown destination handset",
                        OURS,
                        CUSTOMER,
                        MESSAGING_SERVICE,
                        "whatsapp",
                        UPDATED,
                        "2603021406",
                        source(
                                SourceKind.STATUS_CALLBACK,
                                "MessageStatus=undelivered&ErrorCode=30005&MessageSid=" + CHANNEL_MESSAGE,
                                "undelivered")),
                new FlowEnded(
                        CONVERSATION,
                        FLOW,
                        EXECUTION,
                        "asked for a person",
                        "Wants the puppy with the white paw",
                        answers(),
                        source(
                                SourceKind.FLOW_ENDED,
                                "conversationSid=" + CONVERSATION + "&executionSid=" + EXECUTION,
                                "flow-ended")),
                new FlowExecutionStarted(
                        EXECUTION,
                        FLOW,
                        CONVERSATION,
                        CUSTOMER,
                        MESSAGE,
                        CREATED,
                        stream("com.twilio.studio.flow.execution.started")),
                new FlowExecutionEnded(
                        EXECUTION,
                        FLOW,
                        CONVERSATION,
                        CUSTOMER,
                        MESSAGE,
                        CREATED,
                        UPDATED,
                        "FLOW_END",
                        stream("com.twilio.studio.flow.execution.ended")),
                new HandoffRequested(
                        CONVERSATION,
                        "5b1f0d6e-6c1c-4f0e-9d0a-2f7c3b1a9e44",
                        "Please call back before noon",
                        "front-desk",
                        source(
                                SourceKind.API,
                                "{\"requestId\":\"5b1f0d6e-6c1c-4f0e-9d0a-2f7c3b1a9e44\"}",
                                "handoff-requested")),
                new ConversationReconciled(
                        CONVERSATION,
                        SERVICE,
                        OBSERVED,
                        9L,
                        7L,
                        List.of(new IndexRange(2L, 2L), new IndexRange(5L, 6L)),
                        source(SourceKind.REST, "{\"through\":9}", "conversation-reconciled")),
                new ErrorLogged(
                        "NO93a4b5c6d7e8f90a1b2c3d4e5f607182",
                        11200,
                        "ERROR",
                        "Conversations",
                        SERVICE,
                        CONVERSATION,
                        UPDATED,
                        stream("com.twilio.error-logs.error.logged")),
                new IntakeResumed(UPDATED, REMOVED, source(SourceKind.INTAKE, "{\"resumedAt\":1}", "intake-resumed")),
                new Unknown(SERVICE, CONVERSATION, "event_type", webhook("onSomethingNew")));
    }

    static MessageAdded messageAdded() {
        return new MessageAdded(CONVERSATION, MESSAGE, message(), webhook("onMessageAdded"));
    }

    static TranscriptReady ready() {
        return new TranscriptReady(
                "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                2,
                ACCOUNT,
                CONVERSATION,
                EXECUTION,
                FLOW,
                "flow_ended",
                "asked for a person",
                "gap",
                "1 message is missing, the first at index 3",
                7,
                1,
                1,
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                RECEIVED,
                Instant.parse("2026-03-02T15:10:50.500Z"),
                TranscriptReady.FOLLOW_UP,
                1,
                2,
                1);
    }

    static Source source(SourceKind kind, String body, String eventType) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return new Source(
                kind,
                EventId.of(ACCOUNT, kind, bytes),
                ACCOUNT,
                RECEIVED,
                OBSERVED,
                "2d7c9ee7-f1a3-409f-9283-23f99117dd3b",
                "application/x-www-form-urlencoded; charset=utf-8",
                eventType,
                "SDK",
                "agent-7",
                bytes,
                List.of("bad_escape:Body", "nul:Body"));
    }

    private static Source stream(String eventType) {
        return source(SourceKind.EVENT_STREAM, "{\"type\":\"" + eventType + "\"}", eventType);
    }

    private static Source webhook(String eventType) {
        return source(
                SourceKind.WEBHOOK,
                form("EventType", eventType, "AccountSid", ACCOUNT, "ConversationSid", CONVERSATION),
                eventType);
    }

    private static String form(String... namesAndValues) {
        var form = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(namesAndValues[i])
                    .append('=')
                    .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    private static ConversationFields conversation() {
        return new ConversationFields(
                SERVICE,
                MESSAGING_SERVICE,
                "Order 1042",
                "order-1042",
                "{\"vip\":true}",
                "active",
                binding(),
                "Hi, is my order #1042 late?",
                CREATED,
                UPDATED);
    }

    private static MessageFields message() {
        return new MessageFields(
                4L,
                "Hi, is my order #1042 late? Café & bar 😀",
                CUSTOMER,
                PARTICIPANT,
                "{\"sentBy\":\"flow\"}",
                List.of(new MediaItem("ME718293a4b5c6d7e8f90a1b2c3d4e5f60", "image/jpeg", "receipt.jpg", 48213L)),
                CREATED,
                UPDATED,
                SERVICE,
                MESSAGING_SERVICE);
    }

    private static ParticipantFields participant() {
        return new ParticipantFields("agent-7", binding(), ROLE, "{\"team\":\"north\"}", 4L, CREATED, UPDATED, SERVICE);
    }

    private static UserFields user() {
        return new UserFields(SERVICE, "agent-7", "Ada", ROLE, "{\"team\":\"north\"}", true, false, CREATED, UPDATED);
    }

    private static Binding binding() {
        return new Binding("SMS", List.of(CUSTOMER, "+12025550177"), OURS, "+12025550198", CUSTOMER);
    }

    private static Map<String, Object> answers() {
        var answers = new LinkedHashMap<String, Object>();
        answers.put("name", "Rex");
        answers.put("colour", List.of("brown", "white"));
        answers.put("address", Map.of("city", "Springfield"));
        answers.put("age", 2);
        answers.put("isVaccinated", true);
        return answers;
    }
}
