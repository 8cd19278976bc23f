package org.transcriptpipeline.simulator.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.world.ConversationFields;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.State;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import org.transcriptpipeline.simulator.world.WorldEvent;
import tools.jackson.core.JacksonException;

class RestStandInTest {

    private static final String ROOT = "https://conversations.twilio.com/v1";
    private static final String CUSTOMER = "+12025550143";
    private static final String NUMBER = "+12025550199";

    private final Clock clock = Clock.fixed(Instant.parse("2026-03-02T14:05:09.611Z"), ZoneOffset.UTC);
    private final TwilioWorld world = new TwilioWorld(Sids.account("test"), 7, clock);

    private RestStandIn standIn;
    private Client client;
    private Message message;
    private String conversation;

    @BeforeEach
    void start() {
        standIn = new RestStandIn(world, Client.TOKEN);
        client = new Client(standIn, world.accountSid());
        message = world.inbound(CUSTOMER, NUMBER, "Hi").orElseThrow();
        conversation = ROOT + "/Conversations/" + message.conversationSid();
    }

    @AfterEach
    void stop() {
        client.close();
        standIn.close();
    }

    @Test
    void aMessageHasWholeSecondsAndIsNotUpdatedUntilItIsEdited() throws Exception {
        var before = client.get(conversation + "/Messages/" + message.sid()).json();
        client.post(conversation + "/Messages/" + message.sid(), "Body", "[redacted]");
        var after = client.get(conversation + "/Messages/" + message.sid()).json();

        assertThat(before.path("date_created").asString()).isEqualTo("2026-03-02T14:05:09Z");
        assertThat(before.path("date_updated").isNull()).isTrue();
        assertThat(after.path("date_updated").asString()).isEqualTo("2026-03-02T14:05:09Z");
        assertThat(after.path("body").asString()).isEqualTo("[redacted]");
    }

    @ParameterizedTest
    @CsvSource({"asc, 7", "desc, 7", "asc, 100", "desc, 1", "asc, 25"})
    void aListIsWalkedPageByPageWithNothingTwiceAndNothingMissed(String order, int pageSize) throws Exception {
        IntStream.range(1, 25).forEach(i -> world.bySdk(message.conversationSid(), "agent-7", "text " + i));

        var indexes = client.all(conversation + "/Messages?Order=" + order + "&PageSize=" + pageSize).stream()
                .map(m -> m.path("index").asInt())
                .toList();

        var expected = IntStream.range(0, 25).boxed().toList();
        assertThat(indexes).isEqualTo(order.equals("asc") ? expected : expected.reversed());
    }

    @Test
    void aPageLeadsToTheNextOnTwiliosHostAndBack() throws Exception {
        IntStream.range(1, 10).forEach(i -> world.bySdk(message.conversationSid(), "agent-7", "text " + i));

        var first = client.get(conversation + "/Messages?PageSize=4").json();
        var next = first.at("/meta/next_page_url").asString();
        var second = client.get(next).json();
        var back = client.get(second.at("/meta/previous_page_url").asString()).json();

        assertThat(first.at("/meta/previous_page_url").isNull()).isTrue();
        assertThat(next).startsWith(conversation + "/Messages?PageSize=4&Page=1&PageToken=");
        assertThat(second.at("/messages/0/index").asInt()).isEqualTo(4);
        assertThat(back.path("messages")).isEqualTo(first.path("messages"));
    }

    @Test
    void aRowThatGoesWhileSomebodyListsMovesNoOther() throws Exception {
        IntStream.range(1, 10).forEach(i -> world.bySdk(message.conversationSid(), "agent-7", "text " + i));
        var next = client.get(conversation + "/Messages?PageSize=4")
                .json()
                .at("/meta/next_page_url")
                .asString();

        world.messages(message.conversationSid()).subList(0, 4).forEach(m -> world.removeMessage(m.sid(), Origin.REST));

        assertThat(client.get(next).json().at("/messages/0/index").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"PageSize=101", "PageSize=0", "Page=3", "PageToken=invented", "Order=random"})
    void aListRefusesWhatItDoesNotKnow(String query) throws Exception {
        assertThat(client.get(conversation + "/Messages?" + query).status()).isEqualTo(400);
    }

    @Test
    void aPathWithoutAServiceLeadsToTheDefaultServiceOnly() throws Exception {
        var other = world.settings().createService("second").sid();
        var sid = world.createConversation(other, ConversationFields.NONE, Origin.REST)
                .sid();

        var missing = client.get(ROOT + "/Conversations/" + sid);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.json().path("code").asInt()).isEqualTo(20404);
        assertThat(client.get(ROOT + "/Services/" + other + "/Conversations/" + sid)
                        .status())
                .isEqualTo(200);
        assertThat(client.get(ROOT + "/Services/" + other + "/Conversations/" + message.conversationSid())
                        .status())
                .isEqualTo(404);
        assertThat(client.all(ROOT + "/Conversations")).hasSize(1);
        assertThat(client.all(ROOT + "/Services/" + other + "/Conversations")).hasSize(1);
    }

    @Test
    void conversationsAreFoundByDateAndState() throws Exception {
        world.changeState(message.conversationSid(), State.CLOSED, Origin.REST);

        assertThat(client.all(ROOT + "/Conversations?State=closed")).hasSize(1);
        assertThat(client.all(ROOT + "/Conversations?State=active")).isEmpty();
        assertThat(client.all(ROOT + "/Conversations?StartDate=2026-03-02&EndDate=2026-03-02"))
                .hasSize(1);
        assertThat(client.all(ROOT + "/Conversations?StartDate=2026-03-02T14:05:10Z"))
                .isEmpty();
        assertThat(client.get(ROOT + "/Conversations?StartDate=yesterday").status())
                .isEqualTo(400);
    }

    @Test
    void aRestMessageIsToldOnlyWithTheHeader() throws Exception {
        var told = new ArrayList<String>();
        world.listen(e -> {
            if (e.isAnnounced() && e instanceof WorldEvent.MessageAdded added) {
                told.add(added.message().body());
            }
        });

        client.post(conversation + "/Messages", "Body", "quiet");
        client.postAnnounced(conversation + "/Messages", "Body", "loud");

        assertThat(told).containsExactly("loud");
        assertThat(world.messages(message.conversationSid()))
                .extracting(Message::author)
                .containsExactly(CUSTOMER, "system", "system");
    }

    @Test
    void attachingAFlowWithReplayStartsIt() throws Exception {
        var flow = world.studio()
                .createFlow("hotline", true, "{\"states\":[]}", null)
                .sid();

        var made = client.post(
                conversation + "/Webhooks",
                "Target",
                "studio",
                "Configuration.FlowSid",
                flow,
                "Configuration.ReplayAfter",
                "0");

        assertThat(made.status()).isEqualTo(201);
        var executions = client.all("https://studio.twilio.com/v2/Flows/" + flow + "/Executions?status=active");
        assertThat(executions).hasSize(1);
        var context = client.get(
                        executions.getFirst().at("/links/execution_context").asString())
                .json();
        assertThat(context.at("/context/trigger/conversation/ConversationSid").asString())
                .isEqualTo(message.conversationSid());
        assertThat(client.post(made.json().path("url").asString(), "Configuration.ReplayAfter", "0")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsRemovedIsGone() throws Exception {
        assertThat(client.delete(conversation).status()).isEqualTo(204);

        assertThat(client.get(conversation).status()).isEqualTo(404);
        assertThat(client.delete(conversation).status()).isEqualTo(404);
        assertThat(client.get(conversation + "/Messages").status()).isEqualTo(404);
    }

    @Test
    void aRefusalHasTwiliosCode() throws Exception {
        world.changeState(message.conversationSid(), State.CLOSED, Origin.REST);

        var refused = client.post(conversation + "/Messages", "Body", "x");

        assertThat(refused.json().path("code").asInt()).isEqualTo(50377);
        assertThat(refused.json().properties())
                .extracting(p -> p.getKey())
                .containsExactlyInAnyOrder("code", "message", "more_info", "status");
        assertThat(refused.response().headers().firstValue("Date")).isPresent();
    }

    @Test
    void onlyTheAccountAndItsKeysMayAsk() throws Exception {
        standIn.allowsApiKey("SK" + "0".repeat(32), "key secret");
        try (var key = new Client(standIn, "SK" + "0".repeat(32))) {
            assertThat(client.getAs(conversation, "wrong").status()).isEqualTo(401);
            assertThat(key.getAs(conversation, "key secret").status()).isEqualTo(200);
            assertThat(key.getAs(conversation, Client.TOKEN).status()).isEqualTo(401);
        }
    }

    @Test
    void theNextRequestsFailAndThenNoMore() throws Exception {
        standIn.failsNextWith(503, 2);

        assertThat(statuses(4)).containsExactly(503, 503, 200, 200);
        assertThat(standIn.requests()).extracting(RecordedRequest::status).containsExactly(503, 503, 200, 200);
    }

    @Test
    void aFaultIsForThePathsThatItNames() throws Exception {
        standIn.answersWith(Fault.tooManyRequests(Duration.ofSeconds(3)), "/Messages");

        var refused = client.get(conversation + "/Messages");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().path("code").asInt()).isEqualTo(20429);
        assertThat(refused.response().headers().firstValue("Retry-After")).hasValue("3");
        assertThat(client.get(conversation).status()).isEqualTo(200);
        standIn.answersNormally();
        assertThat(client.get(conversation + "/Messages").status()).isEqualTo(200);
    }

    @Test
    void aRefusedChangeChangesNothingAndACutOffAnswerDoes() throws Exception {
        standIn.failsNextWith(500, 1);
        client.post(conversation + "/Messages", "Body", "never");
        standIn.answersWith(new Fault.CutOff(), "/Messages", 1);
        var cutOff = client.post(conversation + "/Messages", "Body", "made");

        assertThat(world.messages(message.conversationSid()))
                .extracting(Message::body)
                .containsExactly("Hi", "made");
        assertThatExceptionOfType(JacksonException.class).isThrownBy(cutOff::json);
    }

    @Test
    void aFaultCanBeHtmlALateAnswerOrNone() throws Exception {
        standIn.answersWith(new Fault.Html(502), "", 1);
        assertThat(client.get(conversation).body()).startsWith("<html>");

        standIn.answersWith(new Fault.Late(Duration.ofMillis(150)), "", 1);
        long start = System.nanoTime();
        assertThat(client.get(conversation).status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(140));

        standIn.answersWith(new Fault.Reset(), "", 1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> client.post(conversation + "/Messages", "Body", "x"));
    }

    @Test
    void aListCanLeadInCircles() throws Exception {
        IntStream.range(1, 10).forEach(i -> world.bySdk(message.conversationSid(), "agent-7", "text " + i));
        standIn.answersWith(new Fault.RepeatedPageToken());

        var second = client.get(conversation + "/Messages?PageSize=4")
                .json()
                .at("/meta/next_page_url")
                .asString();
        var third = client.get(second).json().at("/meta/next_page_url").asString();

        assertThat(third).isEqualTo(second);
    }

    @Test
    void whoIsAwayRefusesConnectionsUntilHeIsBack() throws Exception {
        standIn.away();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.get(conversation));

        standIn.back();
        assertThat(client.get(conversation).status()).isEqualTo(200);
    }

    @Test
    void moreThanAllowedInASecondIsRefused() throws Exception {
        standIn.allowsPerSecond(5);

        var statuses = statuses(30);

        assertThat(statuses.subList(0, 5)).containsOnly(200);
        assertThat(statuses).contains(429);
        standIn.allowsPerSecond(0);
        assertThat(statuses(30)).containsOnly(200);
    }

    @Test
    void theLogSaysWhatWasAskedAndWhatWouldHaveChangedSomething() throws Exception {
        client.get(conversation + "/Messages?Order=desc&PageSize=3");
        client.postAnnounced(conversation + "/Messages", "Body", "x", "Author", "bot");
        client.delete(conversation);

        assertThat(standIn.counts())
                .containsEntry("GET conversations.twilio.com/v1/Conversations/{conversation}/Messages", 1L);
        assertThat(standIn.requests().getFirst().queryNames()).containsExactlyInAnyOrder("Order", "PageSize");
        assertThat(standIn.changingCalls()).extracting(RecordedRequest::method).containsExactly("POST", "DELETE");
        assertThat(standIn.changingCalls().getFirst().form()).containsEntry("Author", List.of("bot"));
        assertThat(standIn.changingCalls().getFirst().isWebhookEnabled()).isTrue();
        assertThat(standIn.changingCalls().getFirst().toString()).doesNotContain("bot");
    }

    @Test
    void anUnknownPathOrMethodIsRefusedAsTwilioDoes() throws Exception {
        assertThat(client.get(ROOT + "/Nothing").status()).isEqualTo(404);
        assertThat(client.get("https://elsewhere.twilio.com/v1/Conversations").status())
                .isEqualTo(404);
        assertThat(client.delete(ROOT + "/Conversations").status()).isEqualTo(405);
    }

    @Test
    void lostWebhooksAreAlertsOfTheDebugger() throws Exception {
        world.losses()
                .dropped(
                        new WorldEvent.MessageAdded(
                                world.conversation(message.conversationSid()),
                                message,
                                Origin.CARRIER,
                                clock.instant()),
                        "https://hooks.example.com/webhooks/conversations",
                        503);

        var alerts = client.all("https://monitor.twilio.com/v1/Alerts?LogLevel=error&StartDate=2026-03-02");

        assertThat(alerts)
                .singleElement()
                .satisfies(a -> assertThat(a.path("error_code").asString()).isEqualTo("11200"))
                .satisfies(a -> assertThat(a.path("resource_sid").asString()).isEqualTo(message.sid()));
    }

    @Test
    void theTruthIsThereToBeCompared() throws Exception {
        var truth = client.getAs("_truth/conversations", "anything").json();

        assertThat(truth.at("/conversations/0/messages/0/sid").asString()).isEqualTo(message.sid());
        assertThat(truth.at("/conversations/0/messages/0/announcement").asString())
                .isEqualTo("pending");
    }

    @Test
    void tenThousandConversationsAreListedWithoutWaiting() throws Exception {
        world.fill(10_000, 20);

        long start = System.nanoTime();
        var conversations = client.all(ROOT + "/Conversations?PageSize=100");
        var took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(conversations).hasSize(10_001);
        assertThat(client.all(conversations.getLast().at("/links/messages").asString()))
                .hasSize(20);
        assertThat(took).isLessThan(Duration.ofSeconds(15));
    }

    private List<Integer> statuses(int requests) throws Exception {
        var statuses = new ArrayList<Integer>();
        for (int i = 0; i < requests; i++) {
            statuses.add(client.get(conversation).status());
        }
        return statuses;
    }

    @Test
    void anAttachmentIsFoundInItsServiceAloneAndItsBytesNeedNoCredentials() throws Exception {
        var picture = new Media(Sids.of("ME", "picture"), "image/png", "a.png", 48_213);
        world.inbound(CUSTOMER, NUMBER, "", List.of(picture)).orElseThrow();
        var media = "https://mcs.us1.twilio.com/v1/Services/%s/Media/" + picture.sid();

        var known = client.get(media.formatted(world.settings().defaultServiceSid()))
                .json();
        var elsewhere = client.get(media.formatted(Sids.of("IS", "another")));
        var bytes = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(known.at("/links/content_direct_temporary")
                                        .asString()))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

        assertThat(elsewhere.status()).isEqualTo(404);
        assertThat(known.path("content_type").asString()).isEqualTo("image/png");
        assertThat(bytes.statusCode()).isEqualTo(200);
        assertThat(bytes.body())
                .startsWith(0x89, 'P', 'N', 'G')
                .hasSize(known.path("size").asInt());
        assertThat(standIn.requests())
                .extracting(RecordedRequest::hasCredentials)
                .endsWith(true, true, false);
    }

    @Test
    void aFileThatIsSentElsewhereIsARedirect() throws Exception {
        standIn.answersWith(new Fault.Redirect(URI.create("http://127.0.0.1:1/")), "/Messages", 1);

        assertThat(client.get(conversation + "/Messages").status()).isEqualTo(302);
        assertThat(client.get(conversation + "/Messages").status()).isEqualTo(200);
    }
}
