package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.pipeline.ServiceProcesses.Service;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Webhook;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The three services as processes, as those who run them see them: traces, metrics, logs, and how they stop. In this
/// order, on the same processes.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperationsIT {

    private static final Pattern SERIES = Pattern.compile("(transcripts_[a-z_]+)(?:\\{(.*)})? \\S+");

    /// SIDs of Twilio, numbers of the tests, and anything that is longer than a word.
    private static final Pattern PERSONAL = Pattern.compile("[A-Z]{2}[0-9a-f]{32}|\\+?1?\\d{3}55501\\d{2}|\\s");

    @TempDir
    static Path directory;

    private static TraceCollector collector;
    private static ServiceProcesses services;
    private static Requests load;
    private static Instant ingestStoppedAt;

    /// SIDs of what got a 2xx.
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private final ConcurrentLinkedQueue<Answer> others = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        collector = new TraceCollector();
        services = new ServiceProcesses(
                directory,
                Map.of(
                        "LOG_FORMAT", "ecs",
                        "DRAIN_WAIT", "6s",
                        "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                        "MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "1.0",
                        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY", "200ms",
                        "TRANSCRIPTS_SETTLING_QUIETWINDOW", "1s"));
        for (var service : Service.values()) {
            services.start(service);
        }
        Arrays.stream(Service.values()).forEach(services::awaitReady);
        var startedAt = Instant.now().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
        load = new Requests("load", services.accountSid(), 50, 98, startedAt);
    }

    @AfterAll
    static void stop() {
        if (services != null) {
            services.close();
        }
        if (collector != null) {
            collector.close();
        }
    }

    @Test
    @Order(1)
    void theTraceOfAFlowsEndLeadsToItsMail() throws Exception {
        var startedAt = Instant.now().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
        var handedOver = new Requests("handoff", services.accountSid(), 1, 6, startedAt);
        try (var twilio = services.twilio()) {
            twilio.post(handedOver.stream().iterator(), 1, this::count);
            count(twilio.post(handedOver.flowEnded(0)));
        }
        assertThat(others).isEmpty();

        await("the mail").atMost(Duration.ofSeconds(60)).until(() -> services.mails() == 1);
        await("its spans")
                .atMost(Duration.ofSeconds(20))
                .until(() -> collector.spans().stream().anyMatch(s -> s.name().equals("deliver transcript")));

        var end = spansNamed("POST /webhooks/flow-ended").getFirst();
        assertThat(end.parentId()).isEmpty();
        // each process tells its own
        await("all spans").atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(collector.spans().stream()
                            .filter(s -> s.traceId().equals(end.traceId()))
                            .map(TraceCollector.Span::name))
                    .contains("POST /webhooks/flow-ended", "announce transcript", "deliver transcript");
            // batches belong to several traces: in one of them, linked to all
            var linked = new HashSet<String>();
            spansNamed("store batch").forEach(batch -> linked.addAll(batch.links()));
            assertThat(linked).contains(end.traceId());
            assertThat(linked)
                    .containsAll(spansNamed("POST /webhooks/conversations").stream()
                            .map(TraceCollector.Span::traceId)
                            .toList());
        });
    }

    @Test
    @Order(2)
    void spansHoldNothingOfAPerson() {
        var personal = Pattern.compile(
                "\\+1\\d{10}|(?<![0-9a-f])1?\\d{3}55501\\d{2}(?![0-9a-f])|is my order|agent will look|@example\\.com");

        assertThat(collector.spans()).isNotEmpty();
        assertThat(collector.spans()).allSatisfy(span -> {
            assertThat(span.name()).matches("[ /A-Za-z*{}._-]+");
            assertThat(personal.matcher(span.attributes()).find()).isFalse();
            assertThat(span.attributes()).doesNotContain(services.authToken());
        });
    }

    @Test
    @Order(3)
    void everyExportedMetricIsDocumentedAndNoLabelHoldsASidANumberOrAText() throws Exception {
        var known = Metrics.families(Metrics.documented());
        var seen = new TreeSet<String>();
        for (var service : Service.values()) {
            await("what is looked at in the background")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> services.prometheus(service).contains("transcripts_health_up"));
            for (var line : services.prometheus(service).lines().toList()) {
                var series = SERIES.matcher(line);
                if (series.matches()) {
                    seen.add(series.group(1));
                    assertThat(known).as(service + " exports").contains(series.group(1));
                    assertThat(labels(series.group(2)))
                            .as(line)
                            .allSatisfy(value -> assertThat(value).doesNotContainPattern(PERSONAL));
                }
            }
        }
        // what needs no event of its own is there from the beginning
        assertThat(seen)
                .contains(
                        "transcripts_health_up",
                        "transcripts_consumer_lag_records",
                        "transcripts_consumer_lag_age_seconds",
                        "transcripts_topic_retention_seconds",
                        "transcripts_conversations",
                        "transcripts_messages_repaired",
                        "transcripts_unrecognised_events",
                        "transcripts_database_clock_offset_seconds",
                        "transcripts_handoffs_open",
                        "transcripts_deliveries_open",
                        "transcripts_publish_latency_seconds_bucket");
    }

    @Test
    @Order(4)
    @Tag("K13")
    void lagAndRetentionAreWhatTheyAre() {
        await("all is read").atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            var archiver = services.prometheus(Service.ARCHIVER);
            assertThat(value(archiver, "transcripts_consumer_lag_records", "transcripts.events"))
                    .isZero();
            assertThat(value(archiver, "transcripts_consumer_lag_age_seconds", "transcripts.events"))
                    .isZero();
            assertThat(value(archiver, "transcripts_topic_retention_seconds", "transcripts.events"))
                    .isEqualTo(7 * 86_400.0);
            assertThat(value(archiver, "transcripts_kafka_disk_used_ratio", "broker"))
                    .isBetween(0.0, 1.0);
            assertThat(value(archiver, "transcripts_conversations", "gap")).isZero();
            assertThat(archiver.lines()
                            .filter(line -> line.startsWith("transcripts_database_clock_offset_seconds "))
                            .map(line -> Math.abs(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))))
                    .singleElement()
                    .satisfies(offset -> assertThat(offset).isLessThan(5.0));
            assertThat(value(archiver, "transcripts_health_up", "eventConsumer"))
                    .isEqualTo(1.0);
        });
    }

    /// `faults.md` O1.
    @Test
    @Order(5)
    @Tag("O1")
    void aServiceThatIsToldToStopUnderLoadLosesNothingAndRefusesNobody() throws Exception {
        var sender = sending(load.stream().iterator());
        await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() > 100);
        services.terminate(Service.ARCHIVER); // in the middle of what it stores
        services.awaitEnd(Service.ARCHIVER);
        services.start(Service.ARCHIVER);

        ingestStoppedAt = Instant.now();
        services.terminate(Service.INGEST);
        await("it says that it stops")
                .atMost(Duration.ofSeconds(10))
                .until(() -> services.readiness(Service.INGEST) == 503);
        int saidNo = acknowledged.size();
        await("it still answers").atMost(Duration.ofSeconds(5)).until(() -> acknowledged.size() > saidNo);
        services.awaitEnd(Service.INGEST);
        assertThat(sender.join(Duration.ofSeconds(60))).isTrue();

        // nobody was told that we failed: whoever got no 2xx found the port closed
        assertThat(others).allSatisfy(answer -> assertThat(answer).isInstanceOf(Answer.Unanswered.class));
        services.terminate(Service.NOTIFIER);
        services.awaitEnd(Service.NOTIFIER);
        var messages = acknowledged.stream().filter(sid -> sid.startsWith("IM")).toList();
        assertThat(messages).hasSizeGreaterThan(100);
        await("the archiver has caught up")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(services.database()
                                .sql("SELECT message_sid FROM transcripts.messages WHERE NOT is_stub")
                                .query(String.class)
                                .list())
                        .containsAll(messages)
                        .doesNotHaveDuplicates());
        services.terminate(Service.ARCHIVER);
        services.awaitEnd(Service.ARCHIVER);
    }

    @Test
    @Order(6)
    void everyLineOfTheLogsIsJsonAndNamesItsServiceAndItsTrace() throws Exception {
        var mapper = JsonMapper.shared();
        var names = Map.of(
                Service.INGEST, "ingest-service",
                Service.ARCHIVER, "archiver-service",
                Service.NOTIFIER, "notifier-service");
        for (var log : services.logs().entrySet()) {
            var lines = Files.readAllLines(log.getValue());
            assertThat(lines).hasSizeGreaterThan(5);
            for (var line : lines) {
                JsonNode json = mapper.readTree(line);
                assertThat(json.at("/service/name").asString("")).as(line).isEqualTo(names.get(log.getKey()));
                assertThat(json.at("/log/level").asString("")).isIn("INFO", "WARN", "ERROR");
                assertThat(json.at("/message").isString()).isTrue();
            }
            assertThat(new Leaks(services.authToken()).in(log.getValue())).isEmpty();
        }
        var answered = Files.readAllLines(services.logs().get(Service.INGEST)).stream()
                .map(mapper::readTree)
                .filter(json -> json.at("/message").asString("").equals("Request answered"))
                // Spring Boot takes the trace from the lines when a stop begins, not when it ends
                .filter(json ->
                        Instant.parse(json.at("/@timestamp").asString("")).isBefore(ingestStoppedAt))
                .toList();
        assertThat(answered).hasSizeGreaterThan(100);
        assertThat(answered).allSatisfy(json -> {
            assertThat(json.at("/endpoint").isString()).isTrue();
            assertThat(json.at("/outcome").isString()).isTrue();
            assertThat(json.at("/traceId").asString("")).matches("[0-9a-f]{32}");
        });
    }

    private Thread sending(Iterator<Webhook> requests) {
        return Thread.ofPlatform().start(() -> {
            try (var twilio = services.twilio()) {
                twilio.post(requests, 8, answer -> {
                    count(answer);
                    pause();
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// So that it takes longer than the wait for the load balancer: about 400 requests a second at most.
    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(Answer answer) {
        if (answer.isAcknowledged()) {
            acknowledged.add(answer.webhook().subject());
        } else {
            others.add(answer);
        }
    }

    private static List<TraceCollector.Span> spansNamed(String name) {
        return collector.spans().stream().filter(s -> s.name().equals(name)).toList();
    }

    private static List<String> labels(String labels) {
        return labels == null
                ? List.of()
                : Pattern.compile("[a-z_]+=\"([^\"]*)\"")
                        .matcher(labels)
                        .results()
                        .map(l -> l.group(1))
                        .toList();
    }

    private static double value(String exposition, String metric, String label) {
        return exposition
                .lines()
                .filter(line -> line.startsWith(metric + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }
}
