package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptEvent;

/// `faults.md`, Broker, with the spill: K1, K2, K3, K6, K7, I19, O1.
class SpillTest {

    @TempDir
    Path directory;

    @Test
    @Tag("K2")
    void anOutageUnderLoadCostsNobodyAnything() throws Exception {
        try (var ingest = RunningIngest.startWith(settings())) {
            var mark = ingest.mark();
            var load = new Load(ingest, 8);
            await().atMost(Duration.ofSeconds(10)).until(() -> load.answered.get() > 50);

            ingest.broker().stop();
            int atTheStop = load.answered.get();
            await("posts are answered without Kafka")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> load.answered.get() > atTheStop + 500 && spilled(ingest) > 300);
            assertThat(ingest.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(200);
            assertThat(ingest.management("/actuator/health").body()).contains("wait on disk");
            assertThat(ingest.metric("transcripts_spill_age_seconds")).isPositive();

            ingest.broker().restart();
            await("the spill is empty under load")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> spilled(ingest) == 0 && ingest.metric("transcripts_publish_breaker") == 0);
            load.stop();

            assertThat(load.statuses).containsOnly(204);
            assertThat(load.longest()).isLessThan(Duration.ofSeconds(4));
            await().atMost(Duration.ofSeconds(30)).until(() -> spilled(ingest) == 0);
            assertThat(mark.since().stream().map(record -> bodyIn(record.value())))
                    .containsAll(load.acknowledged);
            assertThat(ingest.metric("transcripts_spill_drained_total")).isEqualTo(written(ingest));
            assertThat(mark.resumptions().stream()
                            .map(record -> new EventCodec().decode(record.value()))
                            .filter(decoded -> decoded instanceof Readable<TranscriptEvent>(var event)
                                    && event instanceof IntakeResumed resumed
                                    && resumed.awaySince() != null))
                    .as("nothing was refused, so nobody has to look for it")
                    .isEmpty();
        }
    }

    @Test
    @Tag("K1")
    void withoutABrokerAtStartItStartsAndTakesRequestsAndWhatIsLeftAtAStopGoesOutAfterTheNextStart() {
        var broker = EmbeddedKafkaBroker.start(RunningIngest.temporaryDirectory(), 0);
        broker.stop();
        var ingest = RunningIngest.startOn(broker, settings());
        for (int i = 0; i < 20; i++) {
            assertThat(ingest.post(message("early " + i)).statusCode()).isEqualTo(204);
        }
        assertThat(ingest.post(SignedWebhook.event("onMessageAdd").with("ConversationSid", Twilio.CONVERSATION))
                        .statusCode())
                .isEqualTo(200);
        assertThat(ingest.post(message("forged").forged("AAAA")).statusCode()).isEqualTo(403);
        await("a pre-action event and a request that is not proved wait as well")
                .atMost(Duration.ofSeconds(5))
                .until(() -> spilled(ingest) == 22);
        assertThat(ingest.management("/actuator/health/readiness").statusCode()).isEqualTo(200);
        long start = System.nanoTime();
        ingest.stopService();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));

        broker.restart();
        try (var next = RunningIngest.startOn(broker, settings())) {
            await().atMost(Duration.ofSeconds(10)).until(() -> spilled(next) == 0);
            var records = next.beginning().since();
            assertThat(records).extracting(record -> record.topic()).contains(Topics.QUARANTINE);
            var bodies = records.stream().map(record -> bodyIn(record.value())).toList();
            for (int i = 0; i < 20; i++) {
                assertThat(bodies).contains("early " + i);
            }
        }
    }

    @Test
    @Tag("K6")
    void aRecordThatTheBrokerFindsTooLargeIsKeptBesideAndTheOthersGoOn() throws Exception {
        try (var ingest = RunningIngest.startWith(settings())) {
            assertThat(ingest.post(message("before")).statusCode()).isEqualTo(204);
            limitOfTheTopic(ingest, "20000");
            var mark = ingest.mark();
            await("the broker knows its limit").atMost(Duration.ofSeconds(10)).until(() -> {
                assertThat(ingest.post(message("x".repeat(40_000))).statusCode())
                        .isEqualTo(204);
                return ingest.metric("transcripts_spill_set_aside_records") == 1;
            });

            // and from the spill, where it is the first
            ingest.broker().stop();
            assertThat(ingest.post(message("y".repeat(40_000))).statusCode()).isEqualTo(204);
            for (int i = 0; i < 10; i++) {
                assertThat(ingest.post(message("behind it " + i)).statusCode()).isEqualTo(204);
            }
            assertThat(spilled(ingest)).isEqualTo(11);
            ingest.broker().restart();

            await().atMost(Duration.ofSeconds(20)).until(() -> spilled(ingest) == 0);
            assertThat(mark.since().stream().map(record -> bodyIn(record.value())))
                    .contains("behind it 0", "behind it 9");
            assertThat(ingest.metric("transcripts_spill_set_aside_records")).isEqualTo(2);
            assertThat(ingest.metric("transcripts_spill_set_aside_total{reason=\"too_large\"}"))
                    .isEqualTo(2);
            try (var files = Files.list(directory.resolve("spill").resolve("set-aside"))) {
                assertThat(files).hasSize(2);
            }
            assertThat(ingest.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @Tag("I19")
    @Tag("K8")
    void whenItIsFullRequestsAreRefusedAtOnceAndTheArchiverIsAskedToLook() {
        var broker = EmbeddedKafkaBroker.start(RunningIngest.temporaryDirectory(), 0);
        broker.stop();
        var settings = settings();
        settings.put("transcripts.spill.max-size", "8MB");
        try (var ingest = RunningIngest.startOn(broker, settings)) {
            int status = 204;
            int kept = 0;
            for (; status == 204; kept++) {
                status = ingest.post(message("z".repeat(250_000))).statusCode();
            }
            assertThat(kept).isGreaterThan(5);

            long start = System.nanoTime();
            var refused = ingest.post(message("z".repeat(250_000)));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(ingest.management("/actuator/health/readiness").statusCode())
                    .as("no room for a large one is room for a small one")
                    .isEqualTo(200);
            assertThat(ingest.metric("transcripts_spill_rejected_total{reason=\"spill_full\"}"))
                    .isEqualTo(2);

            broker.restart();
            await().atMost(Duration.ofSeconds(20)).until(() -> spilled(ingest) == 0);
            assertThat(ingest.post(message("after")).statusCode()).isEqualTo(204);
            await("the refusal is told")
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> ingest.beginning().resumptions().stream()
                            .map(record -> new EventCodec().decode(record.value()))
                            .anyMatch(decoded -> decoded instanceof Readable<TranscriptEvent>(var event)
                                    && event instanceof IntakeResumed resumed
                                    && resumed.awaySince() != null));
        }
    }

    @Test
    @Tag("K7")
    void missingTopicsAreNamedAndRequestsWaitForThem() {
        var settings = settings();
        settings.put("transcripts.topics.create", "false");
        try (var ingest = RunningIngest.startWith(settings)) {
            assertThat(ingest.post(message("nowhere to go")).statusCode()).isEqualTo(204);
            var readiness = ingest.management("/actuator/health/readiness");
            assertThat(readiness.statusCode()).isEqualTo(200);
            assertThat(readiness.body())
                    .contains("transcripts.delivery-statuses", "transcripts.events", "create is off", "wait on disk");
        }
    }

    private Map<String, String> settings() {
        return new HashMap<>(
                Map.of("transcripts.spill.directory", directory.resolve("spill").toString()));
    }

    private static double spilled(RunningIngest ingest) {
        return ingest.metric("transcripts_spill_records");
    }

    private static double written(RunningIngest ingest) {
        return ingest.management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("transcripts_spill_written_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static @Nullable String bodyIn(byte[] record) {
        return new EventCodec().decode(record) instanceof Readable<TranscriptEvent>(MessageAdded added)
                ? added.message().body()
                : null;
    }

    private static void limitOfTheTopic(RunningIngest ingest, String bytes) throws Exception {
        try (var admin =
                Admin.create(Map.of("bootstrap.servers", ingest.broker().bootstrapServers()))) {
            var set = new AlterConfigOp(
                    new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, Topics.EVENTS), List.of(set)))
                    .all()
                    .get();
        }
    }

    private static SignedWebhook message(String body) {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("Body", body);
    }

    /// Posts, one after the other in each lane, until it is stopped.
    private static final class Load {

        final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        final Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        final AtomicInteger answered = new AtomicInteger();
        private final List<Thread> lanes = new ArrayList<>();
        private final Set<Duration> slow = ConcurrentHashMap.newKeySet();
        private volatile boolean isOver;

        Load(RunningIngest ingest, int width) {
            for (int lane = 0; lane < width; lane++) {
                var name = "lane " + lane + " ";
                lanes.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; !isOver; i++) {
                        long start = System.nanoTime();
                        int status = ingest.post(message(name + i)).statusCode();
                        var took = Duration.ofNanos(System.nanoTime() - start);
                        statuses.add(status);
                        if (took.toMillis() > 500) {
                            slow.add(took);
                        }
                        if (status == 204) {
                            acknowledged.add(name + i);
                        }
                        answered.incrementAndGet();
                    }
                }));
            }
        }

        Duration longest() {
            return slow.stream().max(Duration::compareTo).orElse(Duration.ZERO);
        }

        void stop() throws InterruptedException {
            isOver = true;
            for (var lane : lanes) {
                lane.join();
            }
        }
    }
}
