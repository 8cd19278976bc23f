package org.transcriptpipeline.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TwilioSimulatorTest {

    private static final String TOKEN = "0123" + "456789abcdef";
    private static final String PUBLIC_BASE_URL = "https://hooks.example.com/prefix/";
    private static final Instant START = Instant.parse("2026-03-02T14:05:09Z");

    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private HttpServer server;
    private TwilioSimulator simulator;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var path = exchange.getRequestURI().getPath();
            var signature = exchange.getRequestHeaders().getFirst("X-Twilio-Signature");
            var expected = Signature.of(TOKEN, "https://hooks.example.com/prefix" + path, FormBody.decode(body));
            received.add(new Received(path, body, signature.equals(expected)));
            inFlight.decrementAndGet();
            exchange.sendResponseHeaders(signature.equals(expected) ? 204 : 403, -1);
            exchange.close();
        });
        server.start();
        simulator = new TwilioSimulator(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                PUBLIC_BASE_URL,
                Sids.account("test"),
                TOKEN);
    }

    @AfterEach
    void stop() {
        simulator.close();
        server.stop(0);
    }

    @Test
    void aScenarioIsPlayedInItsOrderWithItsRepeatsAndForgeries() throws Exception {
        var scenario = Scenario.parse("test.yaml", """
                name: test
                customer: "+12025550143"
                number: "+12025550199"
                steps:
                  - conversation-added: {friendly-name: Order 1042}
                  - message-added: {name: hello, from: customer, text: Hi}
                    repeat: 3
                    delay: 50ms
                  - delivery-updated: {message: hello, status: failed, error: 30005}
                    forge: true
                  - status-callback: {message: hello, status: delivered}
                  - flow-ended: {reason: completed, answers: {breed: corgi}}
                """);

        var answers = simulator.play(scenario, START);

        assertThat(received)
                .extracting(Received::kind)
                .containsExactly(
                        "onConversationAdded",
                        "onMessageAdded",
                        "onMessageAdded",
                        "onMessageAdded",
                        "onDeliveryUpdated",
                        "/webhooks/message-status",
                        "/webhooks/flow-ended");
        assertThat(received).extracting(Received::isSigned).containsExactly(true, true, true, true, false, true, true);
        assertThat(answers)
                .extracting(Answer::isAcknowledged)
                .containsExactly(true, true, true, true, false, true, true);
        assertThat(received.get(1)).isEqualTo(received.get(2));
        assertThat(received.getLast().body()).contains("reason=completed&breed=corgi");
    }

    @Test
    void aShuffledGroupStaysTogetherAndIsComplete() throws Exception {
        simulator.play(Scenario.bundled("puppy-hotline.yaml"), START);

        assertThat(received.subList(0, 3))
                .extracting(Received::kind)
                .containsExactlyInAnyOrder("onConversationAdded", "onParticipantAdded", "onMessageAdded");
        assertThat(received).allMatch(Received::isSigned);
        assertThat(received)
                .hasSize(Script.of(Scenario.bundled("puppy-hotline.yaml"), Sids.account("test"), START)
                        .size());
    }

    @Test
    void loadIsSentOnceEachAndSoManyAtATime() throws Exception {
        var requests = new Requests("run", Sids.account("test"), 20, 8, START);
        var acknowledged = new ConcurrentLinkedQueue<String>();

        simulator.post(requests.stream().iterator(), 8, answer -> {
            if (answer.isAcknowledged()) {
                acknowledged.add(answer.webhook().subject());
            }
        });

        assertThat(acknowledged).hasSize(requests.count()).hasSize(200);
        assertThat(new HashSet<>(acknowledged)).hasSize(200);
        assertThat(mostInFlight.get()).isBetween(1, 8);
        assertThat(received).allMatch(Received::isSigned);
    }

    @Test
    void aServerThatIsAwayIsAnAnswerToo() throws Exception {
        server.stop(0);

        var answer = simulator.post(Webhook.ofForm(Webhook.CONVERSATIONS, "EventType=onMessageAdded"));

        assertThat(answer).isInstanceOf(Answer.Unanswered.class);
        assertThat(answer.isAcknowledged()).isFalse();
    }

    private record Received(String path, String body, boolean isSigned) {

        String kind() {
            return body.contains("EventType=on") ? body.replaceAll(".*EventType=(\\w+).*", "$1") : path;
        }
    }
}
