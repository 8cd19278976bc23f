package org.transcriptpipeline.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.transcriptpipeline.twilio.Samples.CONVERSATION;
import static org.transcriptpipeline.twilio.Samples.CUSTOMER;
import static org.transcriptpipeline.twilio.Samples.LONG_AGO;
import static org.transcriptpipeline.twilio.Samples.MESSAGE;
import static org.transcriptpipeline.twilio.Samples.OURS;
import static org.transcriptpipeline.twilio.Samples.QUICK;
import static org.transcriptpipeline.twilio.Samples.SERVICE;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.twilio.StandIn.Pair;
import org.transcriptpipeline.twilio.TwilioClientSettings.Credentials;
import org.transcriptpipeline.twilio.TwilioClientSettings.Location;
import org.transcriptpipeline.twilio.TwilioException.Unusable;

/// What is asked, and what is made of a good answer.
class TwilioClientTest {

    private StandIn twilio;
    private TwilioClient client;
    private String account;

    @BeforeEach
    void start(TestInfo test) throws Exception {
        twilio = new StandIn();
        var settings = Samples.settings(test.getDisplayName(), twilio.baseUrl());
        account = settings.credentials().accountSid();
        client = TwilioClient.of(settings, Samples.SHORT);
    }

    @AfterEach
    void stop() {
        client.close();
        twilio.close();
    }

    @Test
    void aRequestCarriesTheCredentials() {
        twilio.answers(Samples.conversation());

        client.conversation(null, CONVERSATION);

        var asked = twilio.asked().getFirst();
        var credentials = Base64.getEncoder().encodeToString((account + ":token-of-tests").getBytes(UTF_8));
        assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Basic " + credentials);
        assertThat(asked.headers().getFirst("Accept")).isEqualTo("application/json");
        assertThat(asked.headers().getFirst("User-Agent")).startsWith("twilio-java/13.0.1");
    }

    @Test
    void anAttachmentTellsWhereItsBytesAre() {
        var media = Sids.of("ME", "picture");
        twilio.answers("""
                {"sid": "%s", "service_sid": "%s", "size": 67, "content_type": "image/png", "file_name": "a.png",
                 "links": {"content": "https://mcs.us1.twilio.com/v1/x", "content_direct_temporary": "https://media.example/x"}}
                """.formatted(media, SERVICE));

        var found = client.media(SERVICE, media).value();

        assertThat(twilio.asked().getFirst().path())
                .isEqualTo("/mcs.us1.twilio.com/v1/Services/" + SERVICE + "/Media/" + media);
        assertThat(found.sizeBytes()).isEqualTo(67);
        assertThat(found.links().temporaryContent()).isEqualTo("https://media.example/x");
        assertThat(found.toString()).doesNotContain("example");
    }

    @Test
    void anApiKeyAsksForTheAccount() {
        twilio.answers("""
                {"sid": "%s"}""".formatted(Sids.of("SM", 1)));
        var key = Sids.of("SK", "key");
        var settings = new TwilioClientSettings(
                new Credentials(account, key, "secret-of-tests"),
                Location.at(twilio.baseUrl()),
                QUICK,
                TwilioCalls.UNHEARD,
                Clock.systemUTC());

        try (var byKey = TwilioClient.of(settings)) {
            byKey.sendSms(new NewSms(CUSTOMER, OURS, "words", null));
        }

        var asked = twilio.asked().getFirst();
        var credentials = Base64.getEncoder().encodeToString((key + ":secret-of-tests").getBytes(UTF_8));
        assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Basic " + credentials);
        assertThat(asked.path()).isEqualTo("/api.twilio.com/2010-04-01/Accounts/" + account + "/Messages.json");
    }

    @Test
    void theHostThatWasMeantIsTheFirstSegmentBelowABaseUrl() {
        twilio.answers(Samples.conversation());

        client.conversation(SERVICE, CONVERSATION);
        try (var below = TwilioClient.of(Samples.settings("prefix", URI.create(twilio.baseUrl() + "/stand-in/")))) {
            below.conversation(null, CONVERSATION);
        }

        assertThat(twilio.asked())
                .extracting(StandIn.Asked::url)
                .containsExactly(
                        "/conversations.twilio.com/v1/Services/" + SERVICE + "/Conversations/" + CONVERSATION,
                        "/stand-in/conversations.twilio.com/v1/Conversations/" + CONVERSATION);
    }

    @Test
    void regionAndEdgeAreInTheHost() {
        twilio.answers(Samples.conversation());

        for (var location : List.of(
                new Location(twilio.baseUrl(), "ie1", "dublin"),
                new Location(twilio.baseUrl(), "ie1", null),
                new Location(twilio.baseUrl(), null, "dublin"))) {
            try (var there = TwilioClient.of(new TwilioClientSettings(
                    Samples.credentials("region"), location, QUICK, TwilioCalls.UNHEARD, Clock.systemUTC()))) {
                there.conversation(null, CONVERSATION);
            }
        }

        assertThat(twilio.asked())
                .extracting(asked -> asked.url().split("/")[1])
                .containsExactly(
                        "conversations.dublin.ie1.twilio.com",
                        "conversations.ie1.twilio.com",
                        "conversations.dublin.us1.twilio.com");
    }

    @Test
    void aListIsFollowedThroughTwiliosLinks() {
        var path = "/v1/Conversations/" + CONVERSATION + "/Messages";
        twilio.answers(Samples.messages(
                        "\"https://conversations.twilio.com" + path + "?PageSize=100&Page=1&PageToken=a%2Bb\"", 0, 1))
                .answers(Samples.messages(
                        "\"" + twilio.baseUrl() + "/conversations.twilio.com" + path + "?PageToken=c\"", 5))
                .answers(Samples.messages("null", 7));

        var indexes = new ArrayList<Long>();
        for (var page : Pages.of(next -> client.messages(null, CONVERSATION, Order.DESC, next))) {
            page.items().forEach(message -> indexes.add(message.index()));
        }

        assertThat(indexes).containsExactly(0L, 1L, 5L, 7L);
        assertThat(twilio.asked())
                .extracting(StandIn.Asked::url)
                .containsExactly(
                        "/conversations.twilio.com" + path + "?Order=desc&PageSize=100",
                        "/conversations.twilio.com" + path + "?PageSize=100&Page=1&PageToken=a%2Bb",
                        "/conversations.twilio.com" + path + "?PageToken=c");
    }

    @Test
    void aLinkIsKeptAsTwiliosOwnHostNamesIt() {
        twilio.answers(Samples.messages(
                "\"" + twilio.baseUrl() + "/conversations.ie1.twilio.com/v1/Conversations/x/Messages?Page=1\"", 0));

        var page = client.messages(null, CONVERSATION, Order.ASC, null);

        assertThat(page.nextPageUrl())
                .isEqualTo("https://conversations.ie1.twilio.com/v1/Conversations/x/Messages?Page=1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://conversations.example.com/v1/Conversations?Page=1",
                "https://conversations.twilio.com.example.com/v1/Conversations?Page=1",
                "https://conversations.evil-twilio.com/v1/Conversations?Page=1",
                "https://conversations.twilio.com@example.com/v1/Conversations?Page=1",
                "https://conversations.twilio.com:8443/v1/Conversations?Page=1",
                "http://conversations.twilio.com/v1/Conversations?Page=1",
                "https://studio.twilio.com/v1/Conversations?Page=1",
                "//example.com/v1/Conversations?Page=1",
                "file:///etc/passwd",
                "not a link",
            })
    void aLinkThatLeadsElsewhereIsNotFollowed(String link) {
        twilio.answers(Samples.messages("\"" + link + "\"", 0));

        assertThatThrownBy(() -> client.messages(null, CONVERSATION, Order.ASC, null))
                .isInstanceOf(Unusable.class);
        assertThatThrownBy(() -> client.messages(null, CONVERSATION, Order.ASC, link))
                .isInstanceOf(Unusable.class);
        assertThat(twilio.asked()).noneMatch(asked -> asked.url().contains("Page=1"));
    }

    @Test
    void aPageThatNamesItselfIsUnusable() {
        var link = "https://conversations.twilio.com/v1/Conversations/" + CONVERSATION + "/Messages?PageToken=a";
        twilio.answers(Samples.messages("\"" + link + "\"", 0));

        assertThatThrownBy(() -> client.messages(null, CONVERSATION, Order.ASC, link))
                .isInstanceOf(Unusable.class)
                .hasMessageNotContaining("PageToken");
    }

    @Test
    void anAnswerIsDatedByTwiliosClock() {
        twilio.answers(Samples.conversation());
        var before = Instant.now().minusSeconds(2);

        var fetched = client.conversation(null, CONVERSATION);

        assertThat(fetched.answeredAt()).isNotEqualTo(LONG_AGO).isAfter(before);
    }

    @Test
    void whatTwilioAddsToItsListsIsKeptAsItCame() {
        twilio.answers("""
                {"meta": {"key": "messages", "next_page_url": null}, "messages": [{
                  "sid": "%s", "conversation_sid": "%s", "index": 4294967296, "body": "", "author": "system",
                  "media": [{"sid": "ME1", "size": 5, "content_type": "image/gif", "filename": null, "category": "x"}],
                  "attributes": "{not json", "participant_sid": null, "content_sid": null, "new_field": [1],
                  "delivery": {"total": 2, "sent": "most", "delivered": "some", "read": null, "failed": "none"},
                  "date_created": "2026-03-02T14:05:11Z", "date_updated": null}]}""".formatted(MESSAGE, CONVERSATION));

        var message =
                client.messages(null, CONVERSATION, Order.ASC, null).items().getFirst();

        assertThat(message)
                .isEqualTo(new RestMessage(
                        MESSAGE,
                        CONVERSATION,
                        4294967296L,
                        "system",
                        "",
                        List.of(new RestMessage.Media("ME1", "image/gif", null, 5L)),
                        "{not json",
                        null,
                        new RestMessage.Delivery(2, "most", "some", null, "none", null),
                        null,
                        Instant.parse("2026-03-02T14:05:11Z"),
                        null));
    }

    @Test
    void aConversationKeepsItsBindingsAsJson() {
        twilio.answers("""
                {"sid": "%s", "chat_service_sid": "%s", "state": "hibernating", "attributes": "{}",
                 "timers": {"date_inactive": "2026-03-02T15:05:11.5Z"},
                 "bindings": {"email": {"address": "team@example.com"}}}""".formatted(CONVERSATION, SERVICE));

        var conversation = client.conversation(SERVICE, CONVERSATION).value();

        assertThat(conversation.state()).isEqualTo("hibernating");
        assertThat(conversation.serviceSid()).isEqualTo(SERVICE);
        assertThat(conversation.bindings()).isEqualTo("{\"email\":{\"address\":\"team@example.com\"}}");
        assertThat(conversation.timers())
                .isEqualTo(new RestConversation.Timers(Instant.parse("2026-03-02T15:05:11.500Z"), null));
        assertThat(conversation.uniqueName()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sid\": null, \"index\": 1}",
                "{\"index\": 1}",
                "{\"sid\": \"IM1\"}",
                "{\"sid\": \"IM1\", \"index\": null}",
                "null",
                "[]"
            })
    void aMessageWithoutWhatMakesOneIsUnusable(String item) {
        twilio.answers("{\"meta\": {\"next_page_url\": null}, \"messages\": [" + item + "]}");

        assertThatThrownBy(() -> client.messages(null, CONVERSATION, Order.ASC, null))
                .isInstanceOf(Unusable.class);
    }

    @Test
    void anExecutionMayNameItsConversation() {
        twilio.answers("""
                {"context": {"trigger": {"conversation": {"ConversationSid": "%s", "Body": "words"}}}}""".formatted(CONVERSATION)).answers("""
                        {"context": {"trigger": {"request": {}}}}""");

        assertThat(client.conversationOfExecution(Samples.FLOW, Samples.EXECUTION))
                .isEqualTo(CONVERSATION);
        assertThat(client.conversationOfExecution(Samples.FLOW, Samples.EXECUTION))
                .isNull();
    }

    @Test
    void daysAreRoundedOutwards() {
        twilio.answers("""
                {"meta": {"next_page_url": null}, "conversations": []}""");

        client.conversations(
                SERVICE, Instant.parse("2026-03-02T14:05:11Z"), Instant.parse("2026-03-04T00:00:00Z"), null);

        assertThat(twilio.asked().getFirst().query())
                .containsExactly(
                        new Pair("StartDate", "2026-03-02T00:00:00Z"),
                        new Pair("EndDate", "2026-03-04T23:59:59Z"),
                        new Pair("PageSize", "100"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "a&b=c+d%20", "Grüße 🐕\n\u0000"})
    void wordsArriveAsTheyWereWritten(String words) {
        twilio.answers(201, Samples.message(3));

        client.addMessage(null, CONVERSATION, null, words);

        var asked = twilio.asked().getFirst();
        assertThat(asked.form()).containsExactly(new Pair("Body", words));
        assertThat(asked.headers().getFirst("X-Twilio-Webhook-Enabled")).isEqualTo("true");
    }

    @Test
    void whatIsNoSegmentOfAPathIsNotAsked() {
        for (var sid : List.of("", "..", "a/b", "a?b", "a#b", "a%2Fb", "a\nb")) {
            assertThatThrownBy(() -> client.conversation(null, sid)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(twilio.asked()).isEmpty();
    }

    @Test
    void aUniqueNameIsEncoded() {
        twilio.answers(Samples.conversation());

        client.conversation(null, "hotline +1 é:");

        assertThat(twilio.asked().getFirst().url()).endsWith("/v1/Conversations/hotline%20%2B1%20%C3%A9%3A");
    }
}
