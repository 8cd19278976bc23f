package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The cases of `faults.md`, Intake, that one ordinary HTTP request can show.
class IntakeFaultsTest {

    private final RunningIngest ingest = RunningIngest.shared();
    private final RunningIngest.Mark mark = ingest.mark();
    private final EventCodec codec = new EventCodec();

    @Test
    @Tag("I1")
    void anUnsignedRequestIsRefusedWithoutAnEchoAndKeptAside() {
        double before = ingest.metric(rejected("conversations", "missing"));

        var response = ingest.post(message("Hello from a stranger").unsigned());

        assertProblem(response, 403);
        assertThat(response.body()).doesNotContain("stranger").doesNotContain("Hello");
        assertThat(ingest.metric(rejected("conversations", "missing"))).isEqualTo(before + 1);
        assertThat(quarantined().get("reason").stringValue()).isEqualTo("missing");
    }

    @Test
    @Tag("I2")
    void aForgedRequestThatNamesOurAccountIsKeptWithAllThatVerifyingItAgainTakes() {
        var webhook = message("Hello").forged("AAAAAAAAAAAAAAAAAAAAAAAAAAA=").withQuery("tenant=7");

        assertProblem(ingest.post(webhook), 403);

        var kept = mark.only();
        assertThat(kept.topic()).isEqualTo("transcripts.quarantine");
        assertThat(kept.key()).isEqualTo(Twilio.ACCOUNT);
        var value = JsonMapper.shared().readTree(kept.value());
        assertThat(value.get("path").stringValue()).isEqualTo("/webhooks/conversations");
        assertThat(value.get("query").stringValue()).isEqualTo("tenant=7");
        assertThat(value.get("signatures").get(0).stringValue()).isEqualTo("AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assertThat(value.get("contentType").stringValue()).startsWith("application/x-www-form-urlencoded");
        assertThat(new String(Base64.getDecoder().decode(value.get("body").stringValue()), UTF_8))
                .isEqualTo(webhook.body());
        assertThat(value.get("reason").stringValue()).isEqualTo("mismatch");
        assertThat(new String(kept.headers().lastHeader("endpoint").value(), UTF_8))
                .isEqualTo("conversations");
        assertThat(new String(kept.headers().lastHeader("reason").value(), UTF_8))
                .isEqualTo("mismatch");
    }

    @Test
    @Tag("I2")
    void aRequestOfAnAccountThatIsNotServedIsRefusedAndNotKept() {
        var stranger = SignedWebhook.to("/webhooks/conversations")
                .with("EventType", "onMessageAdded")
                .with("AccountSid", "AC" + "ffffffffffffffffffffffffffffffff");

        assertProblem(ingest.post(stranger), 403);
        ingest.post(message("the next")); // what came before would be there by now

        assertThat(mark.onlyOf(written -> !written.topic().isEmpty()).topic()).isEqualTo("transcripts.events");
    }

    static Stream<SignedWebhook> forgeries() {
        return Stream.of(
                message("of another token").signedWith("ffffffffffffffffffffffffffffffff"),
                message("of another URL").signedFor("https://elsewhere.example.com"),
                message("of another scheme").signedFor("http://hooks.example.com"),
                message("an empty signature").forged(""),
                message("an absurd signature").forged("x".repeat(8000)),
                message("a changed body").sending(message("a chanGed body").body()));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    @Tag("I2")
    void aSignatureOfAnythingElseIsRefused(SignedWebhook forgery) {
        assertProblem(ingest.post(forgery), 403);
    }

    @Test
    void twoSignatureHeadersAreRefused() {
        var webhook = message("Hello");
        var request = HttpRequest.newBuilder(webhook.request(ingest.port()), (_, _) -> true)
                .header("X-Twilio-Signature", "second")
                .build();

        assertProblem(ingest.send(request), 403);
    }

    static Stream<String> publicUrls() {
        return Stream.of(
                "https://hooks.example.com",
                "https://hooks.example.com:443",
                "https://ingest.example.com:8443/tenant",
                "https://ingest.example.com/tenant",
                "https://user:pass@ingest.example.com:8443/tenant",
                "https://user:pass@ingest.example.com/tenant");
    }

    @ParameterizedTest
    @MethodSource("publicUrls")
    @Tag("I3")
    @Tag("I4")
    void everyFormOfEveryPublicUrlIsAccepted(String publicUrl) {
        assertThat(ingest.post(message("Hello").signedFor(publicUrl)).statusCode())
                .isEqualTo(204);
    }

    @Test
    void aProxyMayLeaveThePathPrefixOn() {
        var webhook = message("Hello").signedFor("https://ingest.example.com:8443/tenant");

        var response = ingest.send(webhook.request(ingest.port(), "/tenant" + webhook.target()));

        assertThat(response.statusCode()).isEqualTo(204);
    }

    @Test
    @Tag("I3")
    void forwardedHeadersAreIgnored() {
        var request = HttpRequest.newBuilder(message("Hello").request(ingest.port()), (_, _) -> true)
                .header("X-Forwarded-Proto", "http")
                .header("X-Forwarded-Host", "evil.example.com")
                .header("X-Forwarded-Prefix", "/evil")
                .build();

        assertThat(ingest.send(request).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b=2&a=1", "a=%7e%2B+x&a=%27", "Body=It%27s+amazing", "a", "=", "a[]=1&b={x}|y"})
    @Tag("I4")
    void theQueryIsSignedExactlyAsItWasSent(String query) {
        assertThat(SocketClient.statusOf(ingest.port(), message("Hello").withQuery(query)))
                .isEqualTo(204);
    }

    @Test
    @Tag("I4")
    void aTrailingSlashIsSignedAsItWasSent() {
        var webhook = SignedWebhook.to("/webhooks/conversations/")
                .with("EventType", "onConversationUpdated")
                .with("AccountSid", Twilio.ACCOUNT)
                .with("ConversationSid", Twilio.CONVERSATION);

        assertThat(ingest.post(webhook).statusCode()).isEqualTo(204);
    }

    @Test
    @Tag("I5")
    void aRepeatedParameterKeepsEveryValueInOrder() {
        var webhook = SignedWebhook.event("onConversationAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessagingBinding.Address", "+12025550199")
                .with("MessagingBinding.Address", "+12025550177")
                .with("MessagingBinding.Address", "+12025550199");

        assertThat(ingest.post(webhook).statusCode()).isEqualTo(204);

        var event = (org.transcriptpipeline.event.ConversationAdded) event(mark.only());
        assertThat(event.conversation().binding().addresses())
                .containsExactly("+12025550199", "+12025550177", "+12025550199");
    }

    @Test
    @Tag("I8")
    void parametersOfTheQueryAreNotThoseOfTheBody() {
        var webhook = message("the body's").withQuery("Body=the+query%27s&Index=9");

        assertThat(ingest.post(webhook).statusCode()).isEqualTo(204);

        assertThat(messageOf(mark.only()).body()).isEqualTo("the body's");
    }

    @Test
    @Tag("I7")
    void bothTokensOfARotationAreAcceptedAndCounted() {
        double primary = ingest.metric("transcripts_proofs_total{means=\"primary\"}");
        double secondary = ingest.metric("transcripts_proofs_total{means=\"secondary\"}");

        assertThat(ingest.post(message("old")).statusCode()).isEqualTo(204);
        assertThat(ingest.post(message("new").signedWith(Twilio.SECOND_TOKEN)).statusCode())
                .isEqualTo(204);

        assertThat(ingest.metric("transcripts_proofs_total{means=\"primary\"}")).isEqualTo(primary + 1);
        assertThat(ingest.metric("transcripts_proofs_total{means=\"secondary\"}"))
                .isEqualTo(secondary + 1);
    }

    @Test
    @Tag("I6")
    void aJsonBodyIsProvedByItsHash() {
        var webhook = SignedWebhook.to("/webhooks/flow-ended").withJson("""
                {"conversationSid":"%s","executionSid":"FN93a4b5c6d7e8f90a1b2c3d4e5f607182","age":42,
                 "tags":["a",null,{"deep":1.5}],"note":"call back"}""".formatted(Twilio.CONVERSATION));

        assertThat(ingest.post(webhook).statusCode()).isEqualTo(204);

        var event = (FlowEnded) event(mark.only());
        assertThat(event.note()).isEqualTo("call back");
        assertThat(event.answers()).containsEntry("age", 42).containsOnlyKeys("age", "tags");
    }

    @Test
    @Tag("I6")
    void aJsonBodyThatIsNotTheHashedOneIsRefused() {
        var webhook = SignedWebhook.to("/webhooks/flow-ended")
                .withJson("{\"conversationSid\":\"" + Twilio.CONVERSATION + "\"}")
                .sending("{\"conversationSid\":\"CHffffffffffffffffffffffffffffffff\"}");

        assertProblem(ingest.post(webhook), 403);
        assertThat(quarantined().get("reason").stringValue()).isEqualTo("body_hash");
    }

    @Test
    @Tag("I6")
    void aSignedJsonRequestDoesNotProveAnEmptyForm() {
        var captured = SignedWebhook.to("/webhooks/flow-ended")
                .withJson("{\"conversationSid\":\"" + Twilio.CONVERSATION + "\"}");

        assertProblem(ingest.post(captured.sending("").ofType("application/x-www-form-urlencoded")), 403);
    }

    @Test
    @Tag("I9")
    void signedJsonOnAFormRouteIsUnsupportedAndUnsignedJsonIsForbidden() {
        var webhook = SignedWebhook.to("/webhooks/conversations").withJson("{\"EventType\":\"onMessageAdded\"}");

        assertProblem(ingest.post(webhook), 415);
        assertProblem(ingest.post(webhook.unsigned()), 403);
    }

    @Test
    @Tag("I10")
    void anInvalidEscapeThatTwilioSignedIsKeptAndNoted() {
        var webhook = message("100%").sending(message("100%").body().replace("100%25", "100%"));

        assertThat(SocketClient.statusOf(ingest.port(), webhook)).isEqualTo(204);

        var event = event(mark.only());
        assertThat(((MessageAdded) event).message().body()).isEqualTo("100%");
        assertThat(event.source().notes()).containsExactly("invalid_escape");
        assertThat(event.source().body()).isEqualTo(webhook.body().getBytes(UTF_8));
    }

    @Test
    @Tag("I12")
    void nulIsShownAndNoted() {
        assertThat(ingest.post(message("a\0b")).statusCode()).isEqualTo(204);

        var event = event(mark.only());
        assertThat(((MessageAdded) event).message().body()).isEqualTo("a\u2400b");
        assertThat(event.source().notes()).containsExactly("nul");
    }

    @Test
    @Tag("I14")
    void aBodyBeyondTheLimitIsRefusedAndTheConnectionClosed() {
        var response = ingest.post(message("x".repeat(600_000)));

        assertProblem(response, 413);
        assertThat(response.headers().firstValue("Connection")).hasValue("close");
    }

    @Test
    @Tag("I14")
    void aBodyJustBelowTheLimitIsTaken() {
        assertThat(ingest.post(message("x".repeat(520_000))).statusCode()).isEqualTo(204);
        assertThat(messageOf(mark.only()).body()).hasSize(520_000);
    }

    @Test
    @Tag("K6")
    void aBodyWhoseMeaningIsTooLargeForARecordIsKeptRaw() {
        var webhook =
                message("\u0001".repeat(350_000)).sending(message("#").body().replace("%23", "\u0001".repeat(350_000)));

        assertThat(SocketClient.statusOf(ingest.port(), webhook)).isEqualTo(204);

        var event = (Unknown) event(mark.only());
        assertThat(event.reason()).isEqualTo("too_large");
        assertThat(event.conversationSid()).isEqualTo(Twilio.CONVERSATION);
        assertThat(event.source().body()).isEqualTo(webhook.body().getBytes(UTF_8));
    }

    @Test
    @Tag("I15")
    void tooManyParametersAreRefused() {
        var webhook = message("Hello");
        for (int i = 0; i < 500; i++) {
            webhook.with("p" + i, "");
        }

        assertProblem(ingest.post(webhook), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd", "deflate"})
    @Tag("I16")
    void anEncodedBodyIsRefusedAndNeverInflated(String encoding) {
        var request = HttpRequest.newBuilder(message("Hello").request(ingest.port()), (_, _) -> true)
                .header("Content-Encoding", encoding)
                .build();

        assertProblem(ingest.send(request), 415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
    void anotherMethodIsRefused(String method) {
        var response = ingest.send(HttpRequest.newBuilder(uri("/webhooks/conversations"))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/webhooks", "/webhooks/", "/webhooks/other", "/webhooks/conversations/x"})
    void anotherPathIsNotThere(String path) {
        assertProblem(
                ingest.send(HttpRequest.newBuilder(uri(path))
                        .POST(HttpRequest.BodyPublishers.ofString("a=b"))
                        .build()),
                404);
    }

    @Test
    @Tag("I20")
    @Tag("S1")
    void aRepeatedRequestIsTheSameEventAgain() {
        ingest.post(message("Hello"));
        ingest.post(message("Hello"));

        var ids = mark.since().stream()
                .map(written -> new String(written.headers().lastHeader("ce_id").value(), UTF_8))
                .toList();
        assertThat(ids).hasSize(2);
        assertThat(ids.get(0)).isEqualTo(ids.get(1));
    }

    @Test
    @Tag("I21")
    void whatTwilioInventsNextIsKept() {
        var webhook = SignedWebhook.event("onMoodChanged")
                .with("ChatServiceSid", "IS7a6b5c4d3e2f41109f8e7d6c5b4a3928")
                .with("Mood", "fine");

        assertThat(ingest.post(webhook).statusCode()).isEqualTo(204);

        var event = (Unknown) event(mark.only());
        assertThat(event.reason()).isEqualTo("event_type");
        assertThat(event.key()).isEqualTo("IS7a6b5c4d3e2f41109f8e7d6c5b4a3928");
        assertThat(event.source().eventType()).isEqualTo("onMoodChanged");
        assertThat(event.source().notes()).containsExactly("unknown_parameter:Mood");
    }

    static List<String> preActions() {
        return List.of(
                "onConversationAdd",
                "onConversationUpdate",
                "onConversationRemove",
                "onMessageAdd",
                "onMessageUpdate",
                "onMessageRemove",
                "onParticipantAdd",
                "onParticipantUpdate",
                "onParticipantRemove",
                "onUserUpdate");
    }

    @ParameterizedTest
    @MethodSource("preActions")
    void aPreActionEventIsLetPassAndStoredAside(String eventType) {
        var webhook = SignedWebhook.event(eventType)
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("ParticipantSid", "MB1122334455667788990011223344aabb")
                .with("UserSid", "US1122334455667788990011223344aabb");

        var response = ingest.post(webhook);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(event(mark.only()).source().eventType()).isEqualTo(eventType);
    }

    static Stream<SignedWebhook> brokenPreActions() {
        return Stream.of(
                preAction("forged").forged("AAAA"),
                preAction("unsigned").unsigned(),
                preAction("of an odd type").ofType("application/json"),
                preAction("of no type").ofType(null),
                preAction("x".repeat(600_000)),
                SignedWebhook.to("/webhooks/conversations")
                        .with("Body", "x".repeat(600_000))
                        .with("EventType", "onMessageAdd"));
    }

    @ParameterizedTest
    @MethodSource("brokenPreActions")
    void aPreActionEventIsLetPassWhateverIsWrongWithIt(SignedWebhook webhook) {
        var response = ingest.post(webhook);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void aPreActionEventIsLetPassWithAnEncodingOrAnotherMethod() {
        var encoded = HttpRequest.newBuilder(preAction("Hello").request(ingest.port()), (_, _) -> true)
                .header("Content-Encoding", "gzip")
                .build();
        var get = HttpRequest.newBuilder(uri("/webhooks/conversations?EventType=onMessageAdd"))
                .build();

        assertThat(ingest.send(encoded).statusCode()).isEqualTo(200);
        assertThat(ingest.send(get).statusCode()).isEqualTo(200);
    }

    @Test
    void theEndOfAFlowMayShowAPasswordInstead() {
        var form = "conversationSid=" + Twilio.CONVERSATION + "&order=1042";

        assertThat(flowEnd(form, "studio:open-sesame-4711").statusCode()).isEqualTo(204);
        var event = (FlowEnded) event(mark.only());
        assertThat(event.source().accountSid()).isEqualTo(Twilio.ACCOUNT);
        assertThat(event.answers()).containsOnly(java.util.Map.entry("order", "1042"));
    }

    @Test
    void aWrongPasswordIsForbiddenAndNoneIsAskedFor() {
        var form = "conversationSid=" + Twilio.CONVERSATION;

        assertProblem(flowEnd(form, "studio:wrong"), 403);
        var unasked = flowEnd(form, null);

        assertProblem(unasked, 401);
        assertThat(unasked.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("Basic ");
    }

    @Test
    void aFlowsEndWithoutAConversationIsUnusableUnlessTwilioSignedIt() {
        assertProblem(flowEnd("order=1042", "studio:open-sesame-4711"), 400);
        assertThat(ingest.post(SignedWebhook.to("/webhooks/flow-ended").with("order", "1042"))
                        .statusCode())
                .isEqualTo(204);

        assertThat(((Unknown) event(mark.only())).reason()).isEqualTo("missing:conversationSid");
    }

    @Test
    @Tag("S4")
    void onlyHealthInfoAndMetricsAreShownAndOnAPortOfTheirOwn() {
        assertThat(ingest.management("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(ingest.management("/actuator/health/readiness").body())
                .contains("\"status\":\"UP\"")
                .contains("present");
        assertThat(ingest.management("/actuator/prometheus").body()).contains("transcripts_publish_latency_seconds");
        for (var hidden : List.of("env", "heapdump", "beans", "configprops", "loggers", "threaddump")) {
            assertThat(ingest.management("/actuator/" + hidden).statusCode())
                    .as(hidden)
                    .isEqualTo(404);
        }
        assertThat(ingest.send(HttpRequest.newBuilder(uri("/actuator/health")).build())
                        .statusCode())
                .isEqualTo(404);
    }

    private HttpResponse<String> flowEnd(String form, String credentials) {
        var request = HttpRequest.newBuilder(uri("/webhooks/flow-ended"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        if (credentials != null) {
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
        }
        return ingest.send(request.build());
    }

    private URI uri(String target) {
        return URI.create("http://127.0.0.1:" + ingest.port() + target);
    }

    private TranscriptEvent event(ConsumerRecord<String, byte[]> written) {
        return ((Readable<TranscriptEvent>) codec.decode(written.value())).value();
    }

    private org.transcriptpipeline.event.MessageFields messageOf(ConsumerRecord<String, byte[]> written) {
        return ((MessageAdded) event(written)).message();
    }

    private JsonNode quarantined() {
        return JsonMapper.shared()
                .readTree(mark.onlyOf(written -> written.topic().equals("transcripts.quarantine"))
                        .value());
    }

    private static SignedWebhook preAction(String body) {
        return SignedWebhook.event("onMessageAdd")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("Body", body);
    }

    private static SignedWebhook message(String body) {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("Index", "0")
                .with("Body", body);
    }

    private static String rejected(String endpoint, String reason) {
        return "transcripts_requests_total{endpoint=\"" + endpoint + "\",outcome=\"rejected\",reason=\"" + reason
                + "\"}";
    }

    private static void assertProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(response.body()).contains("\"status\":" + status).contains("\"detail\":");
    }
}
