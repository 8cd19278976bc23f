package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.archive.console.Caller.SIGN_IN;
import static org.transcriptpipeline.archive.console.Caller.json;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.archive.handoff.Handoffs;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.rules.TakeLinks;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.ScopedWebhook;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// The API and the operator's page, asked over HTTP.
class ConsoleTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SECRET = "a planted secret of links, long enough";
    private static final String DESTINATION = "00112233445566aa";
    private static final String OTHER_DESTINATION = "ffeeddccbbaa0099";
    private static final String NOTE = "a planted note for the operator";
    private static final String ACCOUNT = Sids.account("console " + System.nanoTime());
    private static final TwilioWorld world = new TwilioWorld(ACCOUNT, System.nanoTime(), Clock.systemUTC());

    private static final AtomicInteger NUMBER = new AtomicInteger(1500);

    private static RestStandIn twilio;
    private static RunningArchiver archiver;
    private static Caller caller;
    private static TakeLinks links;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        twilio = new RestStandIn(world, "a token");
        archiver = new RunningArchiver(
                "--transcripts.accounts.default.sid=" + ACCOUNT,
                "--transcripts.accounts.default.auth-tokens=a token",
                "--transcripts.twilio.base-url=" + twilio.baseUrl(),
                "--transcripts.twilio.requests-per-second=1000",
                "--transcripts.settling.deadline=1s",
                "--transcripts.console.base-url=https://transcripts.example.com",
                "--transcripts.console.link-secret=" + SECRET,
                "--server.forward-headers-strategy=native", // a proxy that ends TLS stands before it
                "--transcripts.console.failures-per-minute=4");
        caller = new Caller(archiver.url());
        links = new TakeLinks(URI.create("https://transcripts.example.com"), SECRET);
    }

    @AfterAll
    static void stop() {
        archiver.close();
        twilio.close();
    }

    // --- sign-in

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/handoffs/x", "/api/openapi.json", "/no/such/page", "/error", "/actuator/health"})
    @Tag("S4")
    void nothingIsToldToWhoHasNotSignedIn(String path) throws Exception {
        var answer = caller.get(path);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate")).startsWith("Basic realm=");
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertHarmless(answer);
    }

    @Test
    void whoSignsInWronglyTooOftenHasToWaitAndSoHaveTheNext() throws Exception {
        try (var alone = new RunningArchiver("--transcripts.console.failures-per-minute=3")) {
            // failures are counted by the minute of the clock
            await().atMost(Duration.ofSeconds(40)).until(() -> Instant.now().getEpochSecond() % 60 < 40);
            var guesser = new Caller(alone.url());
            for (int i = 0; i < 3; i++) {
                assertThat(guesser.get("/api/handoffs/x", "Authorization", Caller.basic("front-desk", "guess " + i))
                                .statusCode())
                        .isEqualTo(401);
            }
            var answer = guesser.get("/api/handoffs/x", "Authorization", SIGN_IN);

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(header(answer, "Retry-After")).isEqualTo("60");
            assertThat(new Caller(alone.managementUrl())
                            .get("/actuator/prometheus")
                            .body())
                    .contains("transcripts_console_sign_ins_total{outcome=\"refused\"} 3.0")
                    .contains("transcripts_console_sign_ins_total{outcome=\"limited\"} 1.0");
        }
    }

    @Test
    void behindTlsABrowserIsToldToStayThereAndOtherwiseItIsNot() throws Exception {
        var privately = caller.get("/handoffs/x/y/z", "X-Forwarded-Proto", "https");
        var openly = caller.get("/handoffs/x/y/z");

        assertThat(header(privately, "Strict-Transport-Security")).startsWith("max-age=31536000");
        assertThat(header(openly, "Strict-Transport-Security")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "configprops", "heapdump", "threaddump", "loggers", "beans", "metrics", "shutdown"})
    void theManagementPortShowsHealthInfoAndMetricsOnly(String endpoint) throws Exception {
        var management = new Caller(archiver.managementUrl());

        assertThat(management.get("/actuator/" + endpoint).statusCode()).isEqualTo(401);
        assertThat(management
                        .get("/actuator/" + endpoint, "Authorization", SIGN_IN)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void theManagementPortNeedsNoSignIn() throws Exception {
        var management = new Caller(archiver.managementUrl());

        assertThat(management.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(management.get("/actuator/prometheus").statusCode()).isEqualTo(200);
    }

    @Test
    void noSessionIsBegunAndNoCookieIsSet() throws Exception {
        var answer = caller.get("/api/handoffs/none", "Authorization", SIGN_IN);
        var withoutSignIn = caller.get("/api/handoffs/none");

        assertHarmless(answer);
        assertThat(withoutSignIn.statusCode())
                .as("a sign-in counts for its own request")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site,cross-site", "Sec-Fetch-Site,same-site", "Origin,https://evil.example", "Origin,null"})
    void aPageOfAnotherSiteChangesNothing(String header, String value) throws Exception {
        var events = handedOver();

        var answer = caller.post(
                "/api/handoffs/" + of(events).id() + "/resend", "", "Authorization", SIGN_IN, header, value);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(of(events).versions()).hasSize(1);
    }

    // --- API

    @Test
    void aHandoffThatIsAskedForIsMadeWithItsNote() throws Exception {
        var events = stored();

        var answer = ask(events, "{\"note\": \"" + NOTE + "\"}");

        assertThat(answer.statusCode()).isEqualTo(202);
        var id = json(answer).path("handoffId").stringValue();
        assertThat(header(answer, "Location")).isEqualTo("/api/handoffs/" + id);
        await().atMost(SOON).until(() -> of(events).statuses().equals(List.of("ready")));
        assertThat(of(events).id()).isEqualTo(id);
        assertThat(of(events).snapshot(1).note()).isEqualTo(NOTE);
        assertThat(of(events).snapshot(1).trigger()).isEqualTo("on_demand");

        var state = caller.get("/api/handoffs/" + id, "Authorization", SIGN_IN);
        assertThat(state.statusCode()).isEqualTo(200);
        assertThat(json(state).path("status").stringValue()).isEqualTo("ready");
        assertThat(json(state).path("requestedBy").stringValue()).isEqualTo(RunningArchiver.USERNAME);
        assertThat(json(state).path("versions").path(0).path("kind").stringValue())
                .isEqualTo("transcript");
        assertThat(state.body()).doesNotContain(NOTE, Events.CUSTOMER);
        assertHarmless(state);
    }

    @Test
    void askingAgainWithTheSameKeyIsAskingOnceAndWithoutOneTwice() throws Exception {
        var events = stored();

        var first = ask(events, "{}", "Idempotency-Key", "k1");
        var again = ask(events, "{}", "Idempotency-Key", "k1");
        var another = ask(events, "");

        assertThat(json(again)).isEqualTo(json(first));
        assertThat(json(another)).isNotEqualTo(json(first));
        await().atMost(SOON).until(() -> of(events).statuses().equals(List.of("ready", "ready")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"not json", "[]", "{\"note\": 1}", "\"text\""})
    void whatIsNoRequestIsRefusedWithoutAnEcho(String body) throws Exception {
        var answer = ask(stored(), body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(answer.body()).doesNotContain(body);
    }

    @Test
    void whatIsTooLongIsRefused() throws Exception {
        assertThat(ask(stored(), "{\"note\": \"" + "x".repeat(2001) + "\"}").statusCode())
                .isEqualTo(400);
        assertThat(ask(stored(), " ".repeat(17 * 1024)).statusCode()).isEqualTo(413);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(ask(new Events(), "{}").statusCode()).isEqualTo(404);
        assertThat(caller.get("/api/handoffs/none", "Authorization", SIGN_IN).statusCode())
                .isEqualTo(404);
        assertThat(caller.post("/api/handoffs/none/resend", "", "Authorization", SIGN_IN)
                        .statusCode())
                .isEqualTo(404);
        var nowhere = caller.get("/nowhere", "Authorization", SIGN_IN);
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(header(nowhere, "Content-Type")).startsWith("application/problem+json");
        assertThat(nowhere.body()).doesNotContain("nowhere");
    }

    @Test
    void aResendIsTheSameTranscriptUnderANewVersion() throws Exception {
        var events = handedOver();
        archiver.publish(events.fromAgent(1, "somebody", "came later"));

        var answer = caller.post("/api/handoffs/" + of(events).id() + "/resend", "", "Authorization", SIGN_IN);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).path("version").intValue()).isEqualTo(2);
        await().atMost(SOON).until(() -> of(events).versions().equals(List.of("1 transcript 0/0", "2 resend 1 0/0")));
        var first = of(events).snapshot(1);
        var second = of(events).snapshot(2);
        assertThat(second.messages()).isEqualTo(first.messages());
        assertThat(second.kind()).isEqualTo("resend");
        assertThat(second.followsVersion()).isEqualTo(1);
        await().atMost(SOON)
                .until(() -> archiver.database()
                                .queryForObject(
                                        "SELECT count(*) FROM store.handoff_snapshots WHERE conversation_sid = ? AND"
                                                + " published_at IS NULL",
                                        Integer.class,
                                        events.conversationSid())
                        == 0);
    }

    @Test
    void whatHasExpiredIsReleasedByAResend() throws Exception {
        var events = new Events().at(Instant.now().minus(Duration.ofHours(25)));
        archiver.publish(events.fromCustomer(0, "Hi"), events.flowEnded("FN1"));
        await().atMost(SOON).until(() -> of(events).statuses().equals(List.of("expired")));

        var answer = caller.post("/api/handoffs/" + of(events).id() + "/resend", "", "Authorization", SIGN_IN);

        assertThat(answer.statusCode()).isEqualTo(202);
        await().atMost(SOON).until(() -> of(events).versions().equals(List.of("1 transcript 0/0")));
    }

    // --- the operator's page

    @Test
    void lookingAtTheLinkChangesNothingAndSaysNothingOfAnybody() throws Exception {
        var events = handedOver();

        var page = caller.get(path(events, DESTINATION));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains(events.conversationSid())
                .contains(of(events).id().substring(0, 8))
                .contains("I have it")
                .doesNotContain(Events.CUSTOMER, Events.OURS, "Hi there", "<script", "http://", "https://");
        assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(header(page, "Content-Security-Policy"))
                .startsWith("default-src 'none'; style-src 'sha256-")
                .contains("form-action 'self'");
        assertHarmless(page);
        assertThat(of(events).row().get("taken_at")).isNull();
    }

    @Test
    void theFirstOneHasItAndTheNextOneIsTold() throws Exception {
        var events = handedOver();

        var pressed = caller.post(path(events, DESTINATION) + "/take", "", "Sec-Fetch-Site", "same-origin");
        var pressedAgain = caller.post(path(events, DESTINATION) + "/take", "");
        var pressedByAnother = caller.post(path(events, OTHER_DESTINATION) + "/take", "");

        assertThat(pressed.statusCode()).isEqualTo(303);
        assertThat(pressed.uri().resolve(header(pressed, "Location")).getPath()).isEqualTo(path(events, DESTINATION));
        assertThat(pressedAgain.statusCode()).isEqualTo(303);
        assertThat(pressedByAnother.statusCode()).isEqualTo(303);
        assertThat(of(events).row().get("taken_by")).isEqualTo(DESTINATION);
        assertThat(caller.get(path(events, DESTINATION)).body())
                .contains("You have it.")
                .doesNotContain("I have it");
        assertThat(caller.get(path(events, OTHER_DESTINATION), "Accept-Language", "de-CH, fr;q=0.8")
                        .body())
                .contains("lang=\"de\"", "Jemand anderes hat übernommen.")
                .doesNotContain("Ich übernehme");
    }

    @Test
    void aWrongLinkLeadsNowhereWhateverIsWrong() throws Exception {
        var events = handedOver();
        var right = path(events, DESTINATION);
        var token = right.substring(right.lastIndexOf('/') + 1);
        var unknown =
                links.link("01234567-89ab-cdef-0123-456789abcdef", DESTINATION).getPath();
        var bodies = new java.util.HashSet<String>();

        for (var wrong : List.of(
                right + "x",
                right.replace(token, "wrong"),
                right.replace(DESTINATION, OTHER_DESTINATION),
                right.replace(DESTINATION, DESTINATION.toUpperCase(java.util.Locale.ROOT)),
                unknown,
                "/handoffs/%22%3E/x/y")) {
            var page = caller.get(wrong);
            assertThat(page.statusCode()).as(wrong).isEqualTo(404);
            bodies.add(page.body());
            assertThat(caller.post(wrong + "/take", "").statusCode()).isEqualTo(404);
            assertThat(caller.post(wrong + "/stop-flow", "").statusCode()).isEqualTo(404);
        }

        assertThat(bodies).hasSize(1);
        assertThat(of(events).row().get("taken_at")).isNull();
    }

    @Test
    void aPageOfAnotherSiteTakesNothing() throws Exception {
        var events = handedOver();

        var answer = caller.post(path(events, DESTINATION) + "/take", "", "Sec-Fetch-Site", "cross-site");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(of(events).row().get("taken_at")).isNull();
    }

    // --- stopping the flow

    @Test
    void theFlowIsTakenOutOfTheConversationAndNothingElseIs() throws Exception {
        var conversationSid = conversationAtTwilio();
        var flow = world.studio().createFlow("of console", true, "{}", null).sid();
        world.attach(conversationSid, ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flow, 0));
        world.attach(conversationSid, ScopedWebhook.Target.WEBHOOK, urlFields());

        var answer = stop(conversationSid);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("stoppedFlows").intValue()).isEqualTo(1);
        assertThat(world.webhooks(conversationSid))
                .extracting(ScopedWebhook::target)
                .containsExactly(ScopedWebhook.Target.WEBHOOK);

        assertThat(json(stop(conversationSid)).path("stoppedFlows").intValue()).isZero();
    }

    @Test
    void aTwilioThatFailsIsNamedAndNothingIsRepeated() throws Exception {
        var conversationSid = conversationAtTwilio();
        var flow = world.studio().createFlow("of console", true, "{}", null).sid();
        world.attach(conversationSid, ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flow, 0));
        twilio.answersWith(Fault.status(503), "/Webhooks/WH");
        try {
            var answer = stop(conversationSid);

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        } finally {
            twilio.answersNormally();
        }
        assertThat(json(stop(conversationSid)).path("stoppedFlows").intValue()).isEqualTo(1);
    }

    @Test
    void aFlowIsNotStoppedWhereTwilioCannotBeAsked() throws Exception {
        assertThat(stop(stored().conversationSid()).statusCode()).isEqualTo(409); // another account's
        assertThat(stop("CH" + "0".repeat(32)).statusCode()).isEqualTo(404);
    }

    @Test
    void theButtonOfThePageStopsTheFlow() throws Exception {
        var events = handedOver();

        var pressed = caller.post(path(events, DESTINATION) + "/stop-flow", "");

        assertThat(pressed.statusCode()).isEqualTo(303);
        var page = caller.get(pressed.uri().resolve(header(pressed, "Location")).toString());
        assertThat(page.body()).contains("Twilio did not do it."); // its account has no secret here
    }

    private static HttpResponse<String> stop(String conversationSid) throws Exception {
        return caller.post("/api/conversations/" + conversationSid + "/flow/stop", "", "Authorization", SIGN_IN);
    }

    private static ScopedWebhook.Fields urlFields() {
        return new ScopedWebhook.Fields(
                "https://example.com/hook", "POST", List.of("onMessageAdded"), List.of(), null, null);
    }

    /// Known to Twilio and to the store.
    private static String conversationAtTwilio() {
        var conversation = world.inbound("+1202555" + NUMBER.incrementAndGet(), Events.OURS, "Hi")
                .orElseThrow()
                .conversationSid();
        var body = ("of console " + conversation).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        archiver.publish(new ConversationAdded(
                conversation,
                ConversationFields.EMPTY,
                new Source(
                        SourceKind.WEBHOOK,
                        EventId.of(ACCOUNT, SourceKind.WEBHOOK, body),
                        ACCOUNT,
                        Instant.now(),
                        null,
                        null,
                        null,
                        "onConversationAdded",
                        null,
                        null,
                        body,
                        List.of())));
        awaitStored(conversation);
        return conversation;
    }

    private static void awaitStored(String conversationSid) {
        await().atMost(SOON)
                .until(() -> archiver.database()
                                .queryForObject(
                                        "SELECT count(*) FROM store.conversations WHERE conversation_sid = ?",
                                        Integer.class,
                                        conversationSid)
                        == 1);
    }

    private static Events stored() {
        var events = new Events();
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "Hi there"));
        awaitStored(events.conversationSid());
        return events;
    }

    private static Events handedOver() {
        var events = stored();
        archiver.publish(events.flowEnded(null));
        await().atMost(SOON).until(() -> of(events).versions().equals(List.of("1 transcript 0/0")));
        return events;
    }

    private static HttpResponse<String> ask(Events events, String body, String... headers) throws Exception {
        var all = new java.util.ArrayList<>(List.of("Authorization", SIGN_IN, "Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return caller.post(
                "/api/conversations/" + events.conversationSid() + "/handoffs", body, all.toArray(String[]::new));
    }

    private static String path(Events events, String destination) {
        return links.link(of(events).id(), destination).getPath();
    }

    private static Handoffs of(Events events) {
        return Handoffs.of(archiver, events);
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static void assertHarmless(HttpResponse<String> answer) {
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Cache-Control")).contains("no-store");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "Content-Security-Policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(header(answer, "X-Frame-Options")).isEqualTo("DENY");
        assertThat(header(answer, "Set-Cookie")).isEmpty();
        assertThat(header(answer, "Server")).isEmpty();
    }
}
