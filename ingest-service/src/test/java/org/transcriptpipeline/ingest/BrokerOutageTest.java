package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.intake.SharedProducerAccess;

/// `faults.md`, Broker, without the spill.
class BrokerOutageTest {

    @Test
    @Tag("K2")
    @Tag("K3")
    @Tag("K8")
    void anOutageIsToldInTimeThenAtOnceAndEndsByItself() {
        try (var ingest = RunningIngest.startWith(Map.of())) {
            assertThat(ingest.post(message("before")).statusCode()).isEqualTo(204);

            var beforeOutage = ingest.mark();
            ingest.broker().stop();
            var first = timed(() -> ingest.post(message("first")).statusCode());
            var later = timed(() -> ingest.post(message("later")).statusCode());
            var preAction = timed(
                    () -> ingest.post(SignedWebhook.event("onMessageAdd").with("ConversationSid", Twilio.CONVERSATION))
                            .statusCode());

            assertThat(first.status()).isEqualTo(503);
            assertThat(first.took()).isLessThan(Duration.ofSeconds(4));
            assertThat(later.status()).isEqualTo(503);
            assertThat(later.took()).isLessThan(Duration.ofMillis(100));
            assertThat(preAction.status()).isEqualTo(200);
            assertThat(preAction.took()).isLessThan(Duration.ofMillis(200));
            assertThat(ingest.management("/actuator/health/liveness").statusCode())
                    .isEqualTo(200);
            await().atMost(Duration.ofSeconds(6))
                    .untilAsserted(() -> assertThat(ingest.management("/actuator/health/readiness")
                                    .body())
                            .contains("\"status\":\"DOWN\"")
                            .contains("no broker answers"));

            ingest.broker().restart();
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> ingest.post(message("after")).statusCode() == 204);
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> ingest.management("/actuator/health/readiness").statusCode() == 200);
            await("the outage is told")
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> beforeOutage.resumptions().stream()
                            .map(r -> new EventCodec().decode(r.value()))
                            .anyMatch(d -> d instanceof EventCodec.Readable<TranscriptEvent>(IntakeResumed resumed)
                                    && resumed.awaySince() != null));
        }
    }

    @Test
    @Tag("K1")
    void withoutABrokerAtStartItStartsSaysSoAndRecovers() {
        var broker = org.transcriptpipeline.embedded.EmbeddedKafkaBroker.start(RunningIngest.temporaryDirectory(), 0);
        broker.stop();
        try (var ingest = RunningIngest.startOn(broker, Map.of())) {
            var refused = timed(() -> ingest.post(message("too early")).statusCode());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.took()).isLessThan(Duration.ofSeconds(1));
            assertThat(ingest.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(503);

            broker.restart();

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> ingest.post(message("in time")).statusCode() == 204);
        }
    }

    @Test
    @Tag("K9")
    void aProducerBeyondUseIsReplaced() {
        try (var ingest = RunningIngest.startWith(Map.of())) {
            SharedProducerAccess.breakProducer(ingest.bean(org.transcriptpipeline.ingest.intake.SharedProducer.class));

            assertThat(ingest.post(message("on the broken one")).statusCode()).isEqualTo(503);

            await().atMost(Duration.ofSeconds(5))
                    .until(() -> ingest.post(message("on the new one")).statusCode() == 204);
        }
    }

    @Test
    @Tag("K7")
    void missingTopicsAreNamed() {
        try (var ingest = RunningIngest.startWith(Map.of("transcripts.topics.create", "false"))) {
            assertThat(ingest.post(message("nowhere to go")).statusCode()).isEqualTo(503);
            var readiness = ingest.management("/actuator/health/readiness");
            assertThat(readiness.statusCode()).isEqualTo(503);
            assertThat(readiness.body())
                    .contains("transcripts.delivery-statuses", "transcripts.events", "create is off");
        }
    }

    private record Timed(int status, Duration took) {}

    private static Timed timed(java.util.function.IntSupplier call) {
        long start = System.nanoTime();
        int status = call.getAsInt();
        return new Timed(status, Duration.ofNanos(System.nanoTime() - start));
    }

    private static SignedWebhook message(String body) {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("Body", body);
    }
}
