package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.event.Topics;

/// `faults.md` I19 and K6: what there is too much of, and what is too large. No more than the excess is refused.
class OverloadTest {

    private static final int IN_FLIGHT_LIMIT = 5;

    private static RunningIngest ingest;

    @BeforeAll
    static void start() {
        ingest = RunningIngest.startWith(Map.of(
                "transcripts.publisher.in-flight-limit",
                Integer.toString(IN_FLIGHT_LIMIT),
                "transcripts.webhooks.body-memory",
                "100KB",
                "transcripts.quarantine.per-peer",
                "1"));
    }

    @AfterAll
    static void stop() {
        ingest.close();
    }

    @BeforeEach
    void kafkaTakesEvents() {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> ingest.post(message("before")).statusCode() == 204);
    }

    @Test
    @Tag("I19")
    void whatExceedsTheLimitInFlightIsToldAtOnceAndIsNoReasonToLeaveTheLoadBalancer() {
        ingest.broker().stop(); // what is sent now stays in flight for 2.5 s
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = new ArrayList<CompletableFuture<Integer>>();
            for (int i = 0; i < IN_FLIGHT_LIMIT; i++) {
                waiting.add(CompletableFuture.supplyAsync(
                        () -> ingest.post(message("in flight")).statusCode(), senders));
            }
            await().pollInterval(Duration.ofMillis(10))
                    .until(() -> ingest.metric("transcripts_publish_in_flight") == IN_FLIGHT_LIMIT);

            var took = new ArrayList<Duration>();
            for (int i = 0; i < 21; i++) {
                long start = System.nanoTime();
                var response = ingest.post(message("one too many"));
                took.add(Duration.ofNanos(System.nanoTime() - start));
                assertUnavailable(response);
            }
            took.sort(null);
            assertThat(took.get(10)).isLessThan(Duration.ofMillis(50)); // the median: the machine may pause one
            assertThat(ingest.metric(unavailable("overloaded"))).isEqualTo(21);
            assertThat(ingest.metric("transcripts_publish_in_flight")).isEqualTo(IN_FLIGHT_LIMIT);
            assertThat(ingest.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(200);

            ingest.broker().restart();
            assertThat(waiting)
                    .allSatisfy(answer -> assertThat(answer).succeedsWithin(Duration.ofSeconds(4)))
                    .extracting(CompletableFuture::join)
                    .allMatch(status -> status == 204 || status == 503);
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> ingest.metric("transcripts_publish_in_flight") == 0);
    }

    @Test
    @Tag("I14")
    void bodiesThatExceedTheMemoryForThemAreRefusedUntilOneIsDone() {
        double available = ingest.metric("transcripts_body_memory_available_bytes");
        var held = message("h".repeat(70_000));
        var large = message("l".repeat(50_000));
        try (var holder = new SocketClient(ingest.port())) {
            holder.send(SocketClient.headers(held, held.body().length(), "")
                    + held.body().substring(0, 60_000));
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> ingest.metric("transcripts_body_memory_available_bytes") < available - 60_000);

            assertUnavailable(ingest.post(large));
            assertThat(ingest.metric(unavailable("memory"))).isEqualTo(1);
            assertThat(ingest.post(message("small")).statusCode()).isEqualTo(204);

            holder.send(held.body().substring(60_000));
            assertThat(holder.status()).isEqualTo(204);
        }
        assertThat(ingest.post(large).statusCode()).isEqualTo(204);
        assertThat(ingest.metric("transcripts_body_memory_available_bytes")).isEqualTo(available);
    }

    @Test
    @Tag("K6")
    void aRecordThatTheBrokerFindsTooLargeIsNoReasonToRefuseTheNext() throws Exception {
        limitOfTheTopic("20000");
        try {
            var tooLarge = message("x".repeat(40_000));
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> ingest.post(tooLarge).statusCode() == 503);

            assertUnavailable(ingest.post(tooLarge));
            assertThat(ingest.metric(unavailable("too_large"))).isEqualTo(2);
            assertThat(ingest.post(message("the next")).statusCode()).isEqualTo(204);
            assertThat(ingest.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(200);
        } finally {
            limitOfTheTopic("2228224");
        }
    }

    @Test
    @Tag("I2")
    void whatExceedsTheQuarantinesBudgetIsRefusedAllTheSameAndCounted() {
        double kept = ingest.metric("transcripts_quarantined_requests_total{reason=\"mismatch\"}");
        double dropped = ingest.metric("transcripts_quarantine_dropped_total{reason=\"budget\"}");

        for (int i = 0; i < 30; i++) {
            assertThat(ingest.post(message("forged").forged("AAAA")).statusCode())
                    .isEqualTo(403);
        }

        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            double keptNow = ingest.metric("transcripts_quarantined_requests_total{reason=\"mismatch\"}") - kept;
            double droppedNow = ingest.metric("transcripts_quarantine_dropped_total{reason=\"budget\"}") - dropped;
            assertThat(keptNow + droppedNow).isEqualTo(30);
            // ten at once and one more in each second
            assertThat(droppedNow).isGreaterThanOrEqualTo(10);
        });
    }

    private static void limitOfTheTopic(String bytes) throws Exception {
        try (var admin =
                Admin.create(Map.of("bootstrap.servers", ingest.broker().bootstrapServers()))) {
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.EVENTS);
            var set = new AlterConfigOp(
                    new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
        }
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    }

    private static String unavailable(String reason) {
        return "transcripts_requests_total{endpoint=\"conversations\",outcome=\"unavailable\",reason=\"" + reason
                + "\"}";
    }

    private static SignedWebhook message(String body) {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("Body", body);
    }
}
