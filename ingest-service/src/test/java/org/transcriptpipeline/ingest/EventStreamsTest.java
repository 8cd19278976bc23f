package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ErrorLogged;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.FlowExecutionStarted;
import org.transcriptpipeline.event.MediaItem;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;

/// A sink of Event Streams: one request, many events, each kept as its own bytes.
class EventStreamsTest {

    private static final String AT = "2026-03-02T14:09:40.551Z";

    private final RunningIngest ingest = RunningIngest.shared();
    private final RunningIngest.Mark mark = ingest.mark();
    private final EventCodec codec = new EventCodec();

    @Test
    void theSampleIsTheEndOfAnExecutionAndKeepsItsBytes() {
        var sample = Twilio.eventStreamSample();

        assertThat(post(sample)).isEqualTo(204);

        var written = mark.only();
        var element = sample.substring(1, sample.length() - 1).getBytes(UTF_8);
        var ended = (FlowExecutionEnded) event(written);
        assertThat(written.topic()).isEqualTo("transcripts.events");
        assertThat(written.key()).isEqualTo(Twilio.CONVERSATION);
        assertThat(ended.source().body()).isEqualTo(element);
        assertThat(ended.source().eventId()).isEqualTo(EventId.of(Twilio.ACCOUNT, SourceKind.EVENT_STREAM, element));
        assertThat(ended.source().kind()).isEqualTo(SourceKind.EVENT_STREAM);
        assertThat(ended.source().eventType()).isEqualTo("com.twilio.studio.flow.execution.ended");
        assertThat(ended.source().notes()).isEmpty();
        assertThat(ended.executionSid()).isEqualTo("FN93a4b5c6d7e8f90a1b2c3d4e5f607182");
        assertThat(ended.flowSid()).isEqualTo("FWb5c6d7e8f90a1b2c3d4e5f60718293a4");
        assertThat(ended.conversationSid()).isEqualTo(Twilio.CONVERSATION);
        assertThat(ended.contactAddress()).isNull();
        assertThat(ended.startedBy()).isEqualTo(Twilio.MESSAGE);
        assertThat(ended.startedAt()).isEqualTo("2026-03-02T14:05:10.001Z");
        assertThat(ended.endedAt()).isEqualTo("2026-03-02T14:09:40.402Z");
        assertThat(ended.reason()).isEqualTo("FLOW_END");
    }

    @Test
    void everyElementIsASliceOfTheBodyAsItCame() {
        var first = cloudEvent("com.twilio.new.thing", "{\"a\" : 1.50 ,\"text\":\"häñdy \\u00e4 ] } , 😀\"}");
        var second = "{ \"type\":\"com.twilio.new.thing\",\n\t\"data\":{\"deep\":[[{}],\"\\\"\"]} }";

        assertThat(post(" [\n" + first + " ,\r\n\t" + second + ", null, 17 , \"x\" ]\n"))
                .isEqualTo(204);

        assertThat(bodies()).containsExactlyInAnyOrder(first, second, "null", "17", "\"x\"");
    }

    @Test
    void aSingleObjectIsOneEvent() {
        var only = cloudEvent("com.twilio.new.thing", "{\"ConversationSid\":\"" + Twilio.CONVERSATION + "\"}");

        assertThat(post(only)).isEqualTo(204);

        var written = mark.only();
        assertThat(written.key()).isEqualTo(Twilio.CONVERSATION);
        assertThat(((Unknown) event(written)).reason()).isEqualTo("event_type");
        assertThat(new String(event(written).source().body(), UTF_8)).isEqualTo(only);
    }

    @Test
    void anEmptyArrayIsAcceptedAndHoldsNothing() {
        assertThat(post("[]")).isEqualTo(204);
        assertThat(mark.since()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"type\":", "[{},]", "hello", "[{}] [{}]", "Body=Hello&Index=1"})
    void whatIsNoJsonIsKeptWhole(String body) {
        assertThat(post(body)).isEqualTo(204);

        var unknown = (Unknown) event(mark.only());
        assertThat(unknown.reason()).isEqualTo("not_json");
        assertThat(new String(unknown.source().body(), UTF_8)).isEqualTo(body);
    }

    @Test
    void anElementThatCannotBeReadDoesNotHoldTheOthers() {
        var deep = "[".repeat(200) + "]".repeat(200);
        var fine = cloudEvent("com.twilio.error-logs.error.logged", "{\"sid\":\"NO1\"}");

        assertThat(post("[" + deep + "," + fine + "," + "9".repeat(2000) + "]")).isEqualTo(204);

        assertThat(events())
                .extracting(event -> event instanceof Unknown unknown ? unknown.reason() : EventCodec.typeOf(event))
                .containsExactlyInAnyOrder("not_readable", "error.logged", "not_readable");
    }

    @Test
    void aStreamedMessageIsTheMessageOfTheWebhook() {
        var added = (MessageAdded) one("com.twilio.conversations.message.added", """
                {"AccountSid":"%s","ConversationSid":"%s","MessageSid":"%s","Index":3,"Author":"+12025550143",
                 "ParticipantSid":"MB1","MessageBody":"A beagle","DateCreated":"2026-03-02T14:05:11.221Z",
                 "MessagingServiceSid":"MG1","ContentSid":null,"Something":{"new":true},
                 "Media":[{"MediaSid":"ME1","Filename":"dog.jpg","ContentType":"image/jpeg","Size":12}]}""".formatted(
                        Twilio.ACCOUNT, Twilio.CONVERSATION, Twilio.MESSAGE));

        assertThat(added.conversationSid()).isEqualTo(Twilio.CONVERSATION);
        assertThat(added.messageSid()).isEqualTo(Twilio.MESSAGE);
        assertThat(added.message().index()).isEqualTo(3);
        assertThat(added.message().body()).isEqualTo("A beagle");
        assertThat(added.message().author()).isEqualTo("+12025550143");
        assertThat(added.message().participantSid()).isEqualTo("MB1");
        assertThat(added.message().messagingServiceSid()).isEqualTo("MG1");
        assertThat(added.message().attributes()).isNull();
        assertThat(added.message().dateCreated()).isEqualTo("2026-03-02T14:05:11.221Z");
        assertThat(added.message().media()).containsExactly(new MediaItem("ME1", "image/jpeg", "dog.jpg", 12L));
        assertThat(added.source().notes()).isEmpty();
    }

    @Test
    void aChangeWithoutATimeHasThatOfItsEnvelope() {
        var data = "{\"ConversationSid\":\"CH1\",\"MessageSid\":\"IM1\",\"MessageBody\":\"\"}";

        var updated = (MessageUpdated) one("com.twilio.conversations.message.updated", data);
        assertThat(updated.message().body()).isEmpty();
        assertThat(updated.message().dateUpdated()).isEqualTo(AT);
    }

    @Test
    void aRemovalWithATimeKeepsIt() {
        var removed = (MessageRemoved) one(
                "com.twilio.conversations.message.removed",
                "{\"ConversationSid\":\"CH1\",\"MessageSid\":\"IM1\",\"DateRemoved\":\"2026-03-02T15:00:00Z\"}");

        assertThat(removed.removedAt()).isEqualTo("2026-03-02T15:00:00Z");
    }

    @Test
    void bindingsAreObjects() {
        var binding =
                "{\"Address\":\"+12025550143\",\"ProxyAddress\":\"+12025550199\",\"ProjectedAddress\":null,\"Type\":\"sms\",\"Level\":null}";

        var joined = (ParticipantAdded) one(
                "com.twilio.conversations.participant.added",
                "{\"ConversationSid\":\"CH1\",\"ParticipantSid\":\"MB1\",\"MessagingBinding\":" + binding + "}");

        assertThat(joined.participant().binding())
                .isEqualTo(new Binding("sms", List.of("+12025550143"), "+12025550199", null, null));
    }

    @Test
    void aConversationAndItsStateAreRead() {
        assertThat(post("["
                        + cloudEvent(
                                "com.twilio.conversations.conversation.added",
                                "{\"ConversationSid\":\"CH1\",\"FriendlyName\":\"Puppies\",\"State\":\"active\",\"MessagingBinding\":{\"Address\":[\"+12025550143\",\"+12025550144\"]}}")
                        + ","
                        + cloudEvent(
                                "com.twilio.conversations.conversation-state.updated",
                                "{\"ConversationSid\":\"CH1\",\"StateFrom\":\"active\",\"StateTo\":\"closed\",\"Reason\":\"TIMER\"}")
                        + "]"))
                .isEqualTo(204);

        var byType = events().stream().collect(Collectors.toMap(EventCodec::typeOf, event -> event));
        var added = (ConversationAdded) byType.get("conversation.added");
        assertThat(added.conversation().friendlyName()).isEqualTo("Puppies");
        assertThat(added.conversation().binding().addresses()).containsExactly("+12025550143", "+12025550144");
        var moved = (ConversationStateUpdated) byType.get("conversation-state.updated");
        assertThat(moved.stateTo()).isEqualTo("closed");
        assertThat(moved.stateUpdatedAt()).isEqualTo(AT);
        assertThat(moved.reason()).isEqualTo("TIMER");
    }

    @Test
    void anExecutionThatKnowsOnlyTheCustomersAddressKeepsItApart() {
        var started = (FlowExecutionStarted)
                one(
                        "com.twilio.studio.flow.execution.started",
                        "{\"execution_sid\":\"FN1\",\"flow_sid\":\"FW1\",\"contact_channel_address\":\"+12025550143\",\"flow_revision\":7}");

        assertThat(started.conversationSid()).isNull();
        assertThat(started.contactAddress()).isEqualTo("+12025550143");
        assertThat(started.key()).isEqualTo("FN1");
        assertThat(started.toString()).doesNotContain("2025550143");
    }

    @Test
    void aStatusHasItsTimeAndIsSpelledLikeTheCallbacks() {
        var status =
                (MessageStatusUpdated) one("com.twilio.messaging.message.undelivered", """
                {"messageSid":"SM1","accountSid":"%s","messageStatus":"UNDELIVERED","timestamp":"2026-03-02T14:05:13.001Z",
                 "from":"+12025550199","to":"+12025550143","errorCode":"30003","rawDlrDoneDate":2603021405,"tags":{}}""".formatted(Twilio.ACCOUNT));

        assertThat(status.status()).isEqualTo("undelivered");
        assertThat(status.errorCode()).isEqualTo(30003);
        assertThat(status.occurredAt()).isEqualTo(Instant.parse("2026-03-02T14:05:13.001Z"));
        assertThat(status.carrierDoneDate()).isEqualTo("2603021405");
        assertThat(mark.only().topic()).isEqualTo("transcripts.delivery-statuses");
    }

    @Test
    void anErrorIsRead() {
        var error = (ErrorLogged)
                one(
                        "com.twilio.error-logs.error.logged",
                        "{\"sid\":\"NO1\",\"error_code\":\"11200\",\"level\":\"ERROR\",\"product_name\":\"Studio\",\"service_sid\":null,\"correlation_sid\":\"CH1\",\"payload\":{\"words\":1},\"date_created\":\"2026-03-02T14:05:13Z\"}");

        assertThat(error.errorCode()).isEqualTo(11200);
        assertThat(error.correlationSid()).isEqualTo("CH1");
        assertThat(error.loggedAt()).isEqualTo("2026-03-02T14:05:13Z");
        assertThat(mark.only().key()).isEqualTo(Twilio.ACCOUNT);
    }

    @ParameterizedTest
    @CsvSource({
        "com.twilio.conversations.delivery.updated, event_type, IM1",
        "com.twilio.studio.flow.step.ended, event_type, FN1",
        "com.twilio.conversations.message.added, missing:ConversationSid, IM1",
        "com.twilio.messaging.message.sent, missing:messageSid, IM1"
    })
    void whatIsNotUnderstoodIsKeptUnderTheNearestSid(String type, String reason, String key) {
        var unknown = (Unknown) one(
                type,
                type.contains("studio")
                        ? "{\"execution_sid\":\"FN1\",\"step_sid\":\"FT1\"}"
                        : "{\"MessageSid\":\"IM1\",\"ConversationSid\":\"no sid!\",\"messageSid\":{}}");

        assertThat(unknown.reason()).isEqualTo(reason);
        assertThat(unknown.key()).isEqualTo(key);
    }

    @Test
    void fieldsOfWrongTypesAreNotedAndLeftOut() {
        var added = (MessageAdded)
                one(
                        "com.twilio.conversations.message.added",
                        "{\"ConversationSid\":\"CH1\",\"MessageSid\":\"IM1\",\"Index\":\"three\",\"MessageBody\":{\"a\":1},\"DateCreated\":14,\"Media\":\"none\",\"Attributes\":{\"a\":1}}");

        assertThat(added.message().index()).isNull();
        assertThat(added.message().attributes()).isEqualTo("{\"a\":1}");
        assertThat(added.source().notes())
                .containsExactlyInAnyOrder(
                        "invalid_number:Index",
                        "invalid_text:MessageBody",
                        "invalid_timestamp:DateCreated",
                        "invalid_media:Media");
    }

    @Test
    void anyContentTypeIsTakenAndNoneIsAForm() {
        var request = SignedWebhook.to("/webhooks/event-streams").withJson("[]");

        assertThat(ingest.post(request.ofType(null)).statusCode()).isEqualTo(204);
        assertThat(ingest.post(request.ofType("text/plain")).statusCode()).isEqualTo(204);
        assertThat(ingest.post(request.ofType("application/cloudevents-batch+json"))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    @Tag("I6")
    void onlyASignatureOverTheseBytesProvesThem() {
        var unsigned =
                SignedWebhook.to("/webhooks/event-streams").withJson("[]").unsigned();
        // a signature over the address alone, as one of a form without parameters is
        var addressOnly = SignedWebhook.to("/webhooks/event-streams").sending("[{}]");
        var otherBytes =
                SignedWebhook.to("/webhooks/event-streams").withJson("[]").sending("[{}]");

        assertThat(ingest.post(unsigned).statusCode()).isEqualTo(403);
        assertThat(ingest.post(addressOnly).statusCode()).isEqualTo(403);
        assertThat(ingest.post(otherBytes).statusCode()).isEqualTo(403);
        assertThat(mark.since()).isEmpty();
    }

    @Test
    void anUnprovedStreamThatNamesOurAccountIsKeptAside() {
        var forged = SignedWebhook.to("/webhooks/event-streams")
                .withJson(Twilio.eventStreamSample())
                .forged("AAAAAAAAAAAAAAAAAAAAAAAAAAA=");

        assertThat(ingest.post(forged).statusCode()).isEqualTo(403);

        assertThat(mark.only().topic()).isEqualTo("transcripts.quarantine");
    }

    @Test
    void hundredsOfEventsOfOneRequestAreAllKept() {
        var many = IntStream.range(0, 700)
                .mapToObj(i ->
                        cloudEvent("com.twilio.new.thing", "{\"n\":" + i + ",\"pad\":\"&&&" + "x".repeat(700) + "\"}"))
                .toList();

        assertThat(post("[" + String.join(",", many) + "]")).isEqualTo(204);

        assertThat(bodies()).containsExactlyInAnyOrderElementsOf(many);
    }

    @Test
    void aRequestOfTooManyEventsIsKeptWhole() {
        var body = "[" + "{},".repeat(2000) + "{}]";

        assertThat(post(body)).isEqualTo(204);

        var unknown = (Unknown) event(mark.only());
        assertThat(unknown.reason()).isEqualTo("too_many_events");
        assertThat(new String(unknown.source().body(), UTF_8)).isEqualTo(body);
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() {
        assertThat(post("[\"" + "x".repeat(1024 * 1024) + "\"]")).isEqualTo(413);
    }

    @Test
    void aRepeatGivesTheSameEvents() {
        var body = "[" + cloudEvent("com.twilio.new.thing", "{\"n\":1}") + ","
                + cloudEvent("com.twilio.new.thing", "{\"n\":2}") + "]";

        assertThat(post(body)).isEqualTo(204);
        assertThat(post(body)).isEqualTo(204);

        var ids = mark.since().stream()
                .map(written -> event(written).source().eventId())
                .toList();
        assertThat(ids).hasSize(4);
        assertThat(ids.stream().distinct()).hasSize(2);
    }

    @Test
    void whileKafkaIsAwayEventsAreRefusedAndLoggedErrorsDroppedAndCounted() {
        try (var alone = RunningIngest.startWith(Map.of())) {
            var error = cloudEvent("com.twilio.error-logs.error.logged", "{\"sid\":\"NO1\"}");
            var warning = cloudEvent("com.twilio.error-logs.error.logged", "{\"level\":\"WARNING\"}");
            var message = cloudEvent("com.twilio.new.thing", "{}");
            assertThat(postTo(alone, "[" + error + "," + message + "]")).isEqualTo(204);
            alone.broker().stop();
            assertThat(postTo(alone, "[" + message + "," + error + "]")).isEqualTo(503);

            assertThat(postTo(alone, "[" + error + "]")).isEqualTo(204);
            assertThat(postTo(alone, "[" + error + "," + warning + "]")).isEqualTo(204);
            assertThat(postTo(alone, "[" + error + "," + message + "]")).isEqualTo(503);

            assertThat(alone.metric("transcripts_error_logs_dropped_total{reason=\"kafka_away\"}"))
                    .isGreaterThanOrEqualTo(4);
            alone.broker().restart();
            await().atMost(Duration.ofSeconds(10)).until(() -> postTo(alone, "[" + message + "," + error + "]") == 204);
        }
    }

    private TranscriptEvent one(String type, String data) {
        assertThat(post("[" + cloudEvent(type, data) + "]")).isEqualTo(204);
        return event(mark.only());
    }

    private int post(String body) {
        return postTo(ingest, body);
    }

    private static int postTo(RunningIngest service, String body) {
        return service.post(SignedWebhook.to("/webhooks/event-streams").withJson(body))
                .statusCode();
    }

    private static String cloudEvent(String type, String data) {
        return "{\"specversion\":\"1.0\",\"type\":\"" + type + "\",\"source\":\"x\",\"id\":\"EZ1\",\"time\":\"" + AT
                + "\",\"datacontenttype\":\"" + AT + "\",\"data\":" + data + "}";
    }

    private List<TranscriptEvent> events() {
        return mark.since().stream().map(this::event).toList();
    }

    private List<String> bodies() {
        return events().stream()
                .map(event -> new String(event.source().body(), UTF_8))
                .toList();
    }

    private TranscriptEvent event(ConsumerRecord<String, byte[]> written) {
        return ((Readable<TranscriptEvent>) codec.decode(written.value())).value();
    }
}
