package org.transcriptpipeline.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.twilio.Samples.CONVERSATION;
import static org.transcriptpipeline.twilio.Samples.CUSTOMER;
import static org.transcriptpipeline.twilio.Samples.OURS;
import static org.transcriptpipeline.twilio.Samples.QUICK;
import static org.transcriptpipeline.twilio.Samples.error;

import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.twilio.TwilioClientSettings.Limits;
import org.transcriptpipeline.twilio.TwilioClientSettings.Location;
import org.transcriptpipeline.twilio.TwilioException.Interrupted;
import org.transcriptpipeline.twilio.TwilioException.NotFound;
import org.transcriptpipeline.twilio.TwilioException.RateLimited;
import org.transcriptpipeline.twilio.TwilioException.Refused;
import org.transcriptpipeline.twilio.TwilioException.Unauthorised;
import org.transcriptpipeline.twilio.TwilioException.Unavailable;
import org.transcriptpipeline.twilio.TwilioException.Unusable;

/// What becomes of a call when Twilio, or what is in between, does not answer well.
class FailuresTest {

    private static final String HTML = "<html><body>Bad gateway for " + CUSTOMER + "</body></html>";

    private StandIn twilio;
    private TwilioClient client;
    private String test;

    @BeforeEach
    void start(TestInfo info) throws Exception {
        test = info.getDisplayName();
        twilio = new StandIn();
        client = TwilioClient.of(Samples.settings(test, twilio.baseUrl()), Samples.SHORT);
    }

    @AfterEach
    void stop() {
        client.close();
        twilio.close();
    }

    @Test
    void readingIsRepeatedAfterAServerError() {
        twilio.answers(500, "").answers(503, HTML).answers(Samples.conversation());

        assertThat(client.conversation(null, CONVERSATION).value().sid()).isEqualTo(CONVERSATION);

        assertThat(twilio.asked()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void readingEndsAfterThreeServerErrors(int status) {
        twilio.answers(status, HTML);

        assertThatThrownBy(() -> client.conversation(null, CONVERSATION))
                .isInstanceOf(Unavailable.class)
                .hasMessage("GET /v1/Conversations/{Sid}: HTTP " + status);

        assertThat(twilio.asked()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 200})
    void whatChangesSomethingIsSentOnce(int status) {
        twilio.answers(status, HTML);

        assertThatThrownBy(() -> client.addMessage(null, CONVERSATION, null, "words"))
                .isInstanceOf(TwilioException.class);
        assertThat(twilio.asked()).hasSize(1);

        if (status != 429 && status != 200) {
            assertThatThrownBy(() -> client.deleteConversation(null, CONVERSATION))
                    .isInstanceOf(Unavailable.class);
            assertThat(twilio.asked()).hasSize(2);
        }
    }

    @Test
    @Tag("T1")
    void theWholeAccountPausesForAsLongAsTwilioAsks() throws Exception {
        twilio.answers((_, exchange) -> {
                    exchange.getResponseHeaders().set("Retry-After", "1");
                    StandIn.send(exchange, 429, error(429, 20429));
                })
                .answers(Samples.conversation());
        try (var other = TwilioClient.of(Samples.settings(test, twilio.baseUrl()))) {

            assertThatThrownBy(() -> client.deleteConversation(null, CONVERSATION))
                    .isInstanceOfSatisfying(
                            RateLimited.class, e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
            other.conversation(null, CONVERSATION);
        }

        assertThat(secondsBetweenRequests()).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void readingIsRepeatedAfterAPauseThatTwilioDidNotName() {
        twilio.answers(429, error(429, 20429)).answers(Samples.conversation());

        client.conversation(null, CONVERSATION);

        assertThat(twilio.asked()).hasSize(2);
        assertThat(secondsBetweenRequests()).isBetween(0.95, 4.0);
    }

    @Test
    void aPauseThatIsLongerThanTheCallIsToldToTheCaller() {
        twilio.answers((_, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "86400");
            StandIn.send(exchange, 429, "");
        });

        var first = catchThrowableOfType(RateLimited.class, () -> client.conversation(null, CONVERSATION));
        var second = catchThrowableOfType(RateLimited.class, () -> client.conversation(null, CONVERSATION));

        assertThat(first.retryAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(second.status()).isNull();
        assertThat(second.retryAfter()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
        assertThat(twilio.asked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "401, 20003, Unauthorised",
        "403, 20003, Unauthorised",
        "404, 20404, NotFound",
        "409, 50353, Refused",
        "400, 50377, Refused",
        "400, 20429, RateLimited",
    })
    void errorsAreTypes(int status, int code, String type) {
        twilio.answers(status, error(status, code));

        var thrown = catchThrowableOfType(
                TwilioException.class,
                () -> client.createConversation(null, new NewConversation("unique-words", null, null, null)));

        assertThat(thrown.getClass().getSimpleName()).isEqualTo(type);
        assertThat(thrown.status()).isEqualTo(status);
        assertThat(thrown.code()).isEqualTo(code);
        assertThat(thrown).hasMessage("POST /v1/Conversations: HTTP " + status + ", code " + code);
    }

    @ParameterizedTest
    @CsvSource({"401, 20003", "403, 20003", "404, 20404", "400, 20001"})
    @Tag("T4")
    void whatWillNotPassIsNotRepeated(int status, int code) {
        twilio.answers(status, error(status, code));

        assertThatThrownBy(() -> client.conversation(null, CONVERSATION))
                .isInstanceOfAny(Unauthorised.class, NotFound.class, Refused.class);

        assertThat(twilio.asked()).hasSize(1);
    }

    /// A proxy's 404 must not look like a conversation that was deleted.
    @ParameterizedTest
    @ValueSource(strings = {HTML, "", "{}", "{\"code\": \"20404\"}", "[20404]"})
    @Tag("T3")
    void a404IsTwiliosOnlyWithItsCode(String body) {
        twilio.answers(404, body);

        assertThatThrownBy(() -> client.conversation(null, CONVERSATION)).isInstanceOf(Unusable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                HTML,
                "{\"sid\": \"CH1\", ",
                "{\"meta\": {\"next_page_url\": null}}",
                "{\"meta\": {\"next_page_url\": null}, \"messages\": null}",
                "{\"meta\": {\"next_page_url\": null}, \"messages\": []} <!-- -->",
                "{\"meta\": {\"next_page_url\": 7}, \"messages\": []}",
                "{\"meta\": {\"next_page_url\": null}, \"messages\": [{\"sid\": \"IM1\", \"index\": 0}, {\"si"
            })
    void anAnswerThatIsNotAWholeListIsUnusable(String body) {
        twilio.answers(200, body);

        assertThatThrownBy(() -> client.messages(null, CONVERSATION, Order.ASC, null))
                .isInstanceOf(Unusable.class)
                .hasMessageNotContaining(CUSTOMER)
                .hasNoCause();
        assertThat(twilio.asked()).hasSize(3);
    }

    @Test
    void aRedirectIsNotFollowed() {
        twilio.answers((_, exchange) -> {
            exchange.getResponseHeaders().set("Location", twilio.baseUrl() + "/elsewhere");
            StandIn.send(exchange, 302, "");
        });

        assertThatThrownBy(() -> client.deleteConversation(null, CONVERSATION)).isInstanceOf(Unusable.class);
        assertThat(twilio.asked()).hasSize(1);
    }

    @Test
    @Tag("T2")
    void anAnswerThatBreaksOffIsUnavailable() {
        twilio.answers((_, exchange) -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write("{\"meta\": ".getBytes(UTF_8));
        });

        assertThatThrownBy(() -> client.messages(null, CONVERSATION, Order.ASC, null))
                .isInstanceOf(Unavailable.class);
    }

    @Test
    void anAnswerWithoutEndIsGivenUp() {
        var sent = new AtomicLong();
        twilio.answers((_, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            var block = " ".repeat(1 << 16).getBytes(UTF_8);
            while (sent.addAndGet(block.length) < 1L << 30) {
                exchange.getResponseBody().write(block);
            }
        });

        assertThatThrownBy(() -> client.addMessage(null, CONVERSATION, null, "words"))
                .isInstanceOf(Unavailable.class);
        assertThat(sent.get()).isLessThan(1L << 30);
    }

    @Test
    void aSlowAnswerIsGivenUpWhenTheTimeIsOver() throws Exception {
        var end = new CountDownLatch(1);
        twilio.answers((_, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            waitFor(end);
        });
        var limits = new Limits(1_000, Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(1_000));
        var start = System.nanoTime();

        try (var hasty = TwilioClient.of(Samples.settings("hasty", twilio.baseUrl(), limits), Samples.SHORT)) {
            assertThatThrownBy(() -> hasty.conversation(null, CONVERSATION)).isInstanceOf(Unavailable.class);
        } finally {
            end.countDown();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(300), Duration.ofMillis(1_800));
        assertThat(twilio.asked()).hasSizeGreaterThan(1);
    }

    @Test
    void aRefusedConnectionIsUnavailable() throws Exception {
        URI nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = URI.create("http://localhost:" + socket.getLocalPort());
        }

        try (var lonely = TwilioClient.of(Samples.settings(test, nobody), Samples.SHORT)) {
            assertThatThrownBy(() -> lonely.conversation(null, CONVERSATION))
                    .isInstanceOf(Unavailable.class)
                    .hasMessage("GET /v1/Conversations/{Sid}: no answer, ConnectException");
        }
    }

    @Test
    @Tag("O9")
    void anUnknownHostIsUnavailable() {
        try (var lost = TwilioClient.of(Samples.settings(test, URI.create("http://stand-in.invalid")), Samples.SHORT)) {
            assertThatThrownBy(() -> lost.conversation(null, CONVERSATION)).isInstanceOf(Unavailable.class);
        }
    }

    @Test
    void anInterruptEndsACallAndStays() {
        var end = new CountDownLatch(1);
        twilio.answers((_, _) -> waitFor(end));
        var thrown = new AtomicReference<Throwable>();
        var wasInterrupted = new AtomicReference<Boolean>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                client.conversation(null, CONVERSATION);
            } catch (TwilioException e) {
                thrown.set(e);
                wasInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        await().until(() -> twilio.asked().size() == 1);

        thread.interrupt();

        await().untilAsserted(() -> assertThat(thrown.get()).isInstanceOf(Interrupted.class));
        assertThat(wasInterrupted).hasValue(true);
        end.countDown();
    }

    @Test
    void aClosedClientFails() {
        twilio.answers(Samples.conversation());
        client.close();
        client.close();

        assertThatThrownBy(() -> client.conversation(null, CONVERSATION)).isInstanceOf(Unavailable.class);
        assertThat(twilio.asked()).isEmpty();
    }

    @Test
    void everyRequestIsHeardOf() {
        record Heard(String operation, TwilioCalls.Outcome outcome) {}
        var heard = new CopyOnWriteArrayList<Heard>();
        var settings = new TwilioClientSettings(
                Samples.credentials(test),
                Location.at(twilio.baseUrl()),
                QUICK,
                (operation, outcome, _) -> heard.add(new Heard(operation, outcome)),
                Clock.systemUTC());
        twilio.answers(500, "").answers(Samples.conversation()).answers(404, error(404, 20404));

        try (var listened = TwilioClient.of(settings, Samples.SHORT)) {
            listened.conversation(null, CONVERSATION);
            assertThatThrownBy(() -> listened.deleteConversation(null, CONVERSATION))
                    .isInstanceOf(NotFound.class);
        }

        assertThat(heard)
                .containsExactly(
                        new Heard("conversations.fetch", TwilioCalls.Outcome.UNAVAILABLE),
                        new Heard("conversations.fetch", TwilioCalls.Outcome.OK),
                        new Heard("conversations.delete", TwilioCalls.Outcome.NOT_FOUND));
    }

    @Test
    void anExceptionSaysNothingOfAPerson() {
        twilio.answers(400, error(400, 21211));

        var thrown = catchThrowableOfType(
                TwilioException.class, () -> client.sendSms(new NewSms(CUSTOMER, OURS, "words", null)));
        var listed = catchThrowableOfType(TwilioException.class, () -> client.conversationsOfAddress(CUSTOMER, null));

        for (var message : List.of(thrown.toString(), listed.toString())) {
            assertThat(message).doesNotContain(CUSTOMER, CUSTOMER.substring(1), OURS, "words", "token-of-tests");
        }
    }

    private double secondsBetweenRequests() {
        var asked = twilio.asked();
        return (asked.get(1).nanos() - asked.get(0).nanos()) / 1e9;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
