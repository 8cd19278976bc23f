package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.TranscriptEvent;

/// `faults.md` O1: SIGTERM under load.
class GracefulStopTest {

    private static final int LANES = 8;

    /// Bodies of what got a 204.
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();

    @Test
    @Tag("O1")
    void whatIsInFlightIsFinishedAndNobodyIsToldThatWeFailed() throws Exception {
        try (var ingest = RunningIngest.startWith(Map.of())) {
            var mark = ingest.mark();
            int port = ingest.port();
            var senders = new ArrayList<Thread>();
            for (int lane = 0; lane < LANES; lane++) {
                var name = "lane-" + lane + "-";
                senders.add(Thread.ofVirtual().start(() -> sendUntilNobodyAnswers(port, name)));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() > 100);
            var begun = new ArrayList<SocketClient>(); // they have some seconds until their bodies are late
            for (int i = 0; i < 10; i++) {
                var client = new SocketClient(port);
                client.send(firstHalf("begun-" + i));
                begun.add(client);
            }

            var stop = Thread.ofPlatform().start(ingest::stopService);
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !isListening(port));
            for (int i = 0; i < begun.size(); i++) {
                try (var client = begun.get(i)) {
                    client.send(secondHalf("begun-" + i));
                    assertThat(client.status()).isEqualTo(204);
                    acknowledged.add("begun-" + i);
                }
            }
            assertThat(stop.join(Duration.ofSeconds(30))).isTrue();
            for (var sender : senders) {
                assertThat(sender.join(Duration.ofSeconds(20))).isTrue();
            }

            assertThat(statuses).containsOnly(204);
            assertThat(mark.since().stream().map(record -> bodyIn(record.value())))
                    .containsAll(acknowledged);
        }
    }

    /// Whoever would send on it once more, when nobody reads any longer, would get no answer.
    @Test
    @Tag("O1")
    void aKeptConnectionIsClosedByAnAnswerAndNotUnderARequest() throws Exception {
        try (var ingest = RunningIngest.startWith(Map.of("transcripts.shutdown.drain-wait", "3s"));
                var client = new SocketClient(ingest.port())) {
            send(client, "before");
            assertThat(client.status()).isEqualTo(204);
            assertThat(client.headers()).noneMatch(header -> header.startsWith("Connection:"));

            var stop = Thread.ofPlatform().start(ingest::stopService);
            await().atMost(Duration.ofSeconds(3))
                    .until(() -> ingest.management("/actuator/health/readiness").statusCode() == 503);
            send(client, "while it stops");

            assertThat(client.status()).isEqualTo(204);
            assertThat(client.headers()).contains("Connection: close");
            assertThat(client.rest()).isEmpty();
            assertThat(stop.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    private static void send(SocketClient client, String body) {
        var webhook = message(body);
        client.send(SocketClient.headers(webhook, webhook.body().length(), "") + webhook.body());
    }

    /// Each request on a connection of its own, as through a load balancer that knows no longer where to send it.
    private void sendUntilNobodyAnswers(int port, String lane) {
        var sent = new AtomicInteger();
        try {
            while (true) {
                var body = lane + sent.getAndIncrement();
                int status = SocketClient.statusOf(port, message(body));
                if (status < 0) {
                    return; // closed without an answer: nothing was promised
                }
                statuses.add(status);
                if (status == 204) {
                    acknowledged.add(body);
                }
            }
        } catch (UncheckedIOException e) {
            // refused or reset: nothing was promised
        }
    }

    private static @Nullable String bodyIn(byte[] record) {
        return new EventCodec().decode(record) instanceof Readable<TranscriptEvent>(MessageAdded added)
                ? added.message().body()
                : null;
    }

    private static boolean isListening(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String firstHalf(String body) {
        var webhook = message(body);
        var form = webhook.body();
        return SocketClient.headers(webhook, form.length(), "Connection: close\r\n")
                + form.substring(0, form.length() / 2);
    }

    private static String secondHalf(String body) {
        var form = message(body).body();
        return form.substring(form.length() / 2);
    }

    private static SignedWebhook message(String body) {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("Body", body);
    }
}
