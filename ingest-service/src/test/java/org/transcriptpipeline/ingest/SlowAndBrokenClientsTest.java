package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Clients that break the rules, on real sockets.
class SlowAndBrokenClientsTest {

    private final RunningIngest ingest = RunningIngest.shared();

    @Test
    @Tag("I17")
    void aBodyThatDripsIsGivenUpAfterFiveSecondsAndHoldsNoThread() {
        var webhook = message("x".repeat(1000));
        var clients = new ArrayList<SocketClient>();
        int threads = Thread.activeCount();
        for (int i = 0; i < 50; i++) {
            var client = new SocketClient(ingest.port());
            client.send(SocketClient.headers(webhook, 1000, ""));
            clients.add(client);
        }
        long start = System.nanoTime();
        var dripping = clients.getFirst();
        await().pollInterval(Duration.ofMillis(900))
                .atMost(Duration.ofSeconds(4))
                .until(() -> {
                    dripping.send("x");
                    return System.nanoTime() - start > 3e9;
                });

        assertThat(Thread.activeCount()).isLessThan(threads + 20);
        for (var client : clients) {
            assertThat(client.status()).isEqualTo(408);
            client.close();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(7));
    }

    @Test
    void aBodyInPiecesIsOneBody() {
        var mark = ingest.mark();
        var webhook = message("in pieces");
        var body = webhook.body();
        try (var client = new SocketClient(ingest.port())) {
            client.send(SocketClient.headers(webhook, body.length(), ""));
            client.send(body.substring(0, 10));
            client.send(body.substring(10, 50));
            client.send(body.substring(50));

            assertThat(client.status()).isEqualTo(204);
        }
        assertThat(new String(mark.only().value(), UTF_8)).contains("in pieces");
    }

    @Test
    void aChunkedBodyIsTaken() {
        var webhook = message("chunked");
        var body = webhook.body();
        try (var client = new SocketClient(ingest.port())) {
            client.send(
                    SocketClient.headers(webhook, 0, "").replace("Content-Length: 0", "Transfer-Encoding: chunked"));
            client.send(Integer.toHexString(20) + "\r\n" + body.substring(0, 20) + "\r\n");
            client.send(Integer.toHexString(body.length() - 20) + "\r\n" + body.substring(20) + "\r\n0\r\n\r\n");

            assertThat(client.status()).isEqualTo(204);
        }
    }

    @Test
    @Tag("I14")
    void anEndlessChunkedBodyIsRefusedSoon() {
        var webhook = message("chunked");
        var chunk = Integer.toHexString(65536) + "\r\n" + "x".repeat(65536) + "\r\n";
        long start = System.nanoTime();
        try (var client = new SocketClient(ingest.port())) {
            client.send(
                    SocketClient.headers(webhook, 0, "").replace("Content-Length: 0", "Transfer-Encoding: chunked"));
            for (int i = 0; i < 10; i++) {
                client.send(chunk);
            }

            assertThat(client.status()).isEqualTo(413);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    @Tag("I14")
    void aGigabyteIsRefusedWhenItIsAnnounced() {
        long start = System.nanoTime();
        try (var client = new SocketClient(ingest.port())) {
            client.send(SocketClient.headers(message("big"), 1_000_000_000L, ""));

            assertThat(client.status()).isEqualTo(413);
            assertThat(client.rest().toLowerCase(Locale.ROOT)).contains("connection: close");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void anAnnouncedGigabyteOfAPreActionEventIsLetPass() {
        try (var client = new SocketClient(ingest.port())) {
            client.send(SocketClient.headers(message("big"), 1_000_000_000L, ""));
            client.send("EventType=onMessageAdd&Body=");

            assertThat(client.status()).isEqualTo(200);
        }
    }

    @Test
    void aSlowPreActionEventIsLetPass() {
        try (var client = new SocketClient(ingest.port())) {
            client.send(SocketClient.headers(message("slow"), 1000, ""));
            client.send("EventType=onMessageAdd&Body=");

            assertThat(client.status()).isEqualTo(200);
        }
    }

    @Test
    @Tag("I17")
    void whatIsCompleteIsKeptThoughTheClientHasGone() {
        var mark = ingest.mark();
        var webhook = message("gone");
        var client = new SocketClient(ingest.port());
        client.send(SocketClient.headers(webhook, webhook.body().length(), "") + webhook.body());
        client.close();

        assertThat(new String(mark.only().value(), UTF_8)).contains("gone");
    }

    @Test
    @Tag("I17")
    void aClientThatGoesInTheMiddleLeavesNothingBehind() {
        double before = ingest.metric("transcripts_body_memory_available_bytes");
        for (int i = 0; i < 20; i++) {
            var client = new SocketClient(ingest.port());
            client.send(SocketClient.headers(message("half"), 1000, "") + "EventType=onMess");
            client.close();
        }

        await().atMost(Duration.ofSeconds(7))
                .untilAsserted(() -> assertThat(ingest.metric("transcripts_body_memory_available_bytes"))
                        .isEqualTo(before));
        assertThat(ingest.post(message("still there")).statusCode()).isEqualTo(204);
    }

    @Test
    void headersBeyondTheLimitAre431() {
        try (var client = new SocketClient(ingest.port())) {
            client.send(SocketClient.headers(message("headers"), 0, "X-Padding: " + "x".repeat(20_000) + "\r\n"));

            assertThat(client.status()).isEqualTo(431);
        }
    }

    @Test
    void aBodyOfNoLengthIsEmpty() {
        var webhook = SignedWebhook.to("/webhooks/conversations");
        try (var client = new SocketClient(ingest.port())) {
            client.send(SocketClient.headers(webhook, 0, "").replace("Content-Length: 0\r\n", ""));

            assertThat(client.status()).isEqualTo(204);
        }
    }

    @Test
    @Tag("I10")
    void bytesThatAreNoUtf8AreSignedAsTheyAre() {
        // latin-1 where UTF-8 is meant: what is signed is bytes, and a replacement character would not verify
        var mark = ingest.mark();
        var raw = "EventType=onMessageAdded&AccountSid=" + Twilio.ACCOUNT + "&ConversationSid=" + Twilio.CONVERSATION
                + "&MessageSid=" + Twilio.MESSAGE + "&Body=caf%E9";
        var signature = Latin1Signature.of("https://hooks.example.com/webhooks/conversations", raw);

        assertThat(SocketClient.statusOf(
                        ingest.port(),
                        SignedWebhook.to("/webhooks/conversations").sending(raw).forged(signature)))
                .isEqualTo(204);
        assertThat(new String(mark.only().value(), UTF_8)).contains("caf\ufffd").contains("invalid_utf8");
    }

    private static SignedWebhook message(String body) {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("Body", body);
    }
}
