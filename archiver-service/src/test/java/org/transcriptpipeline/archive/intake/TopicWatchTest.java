package org.transcriptpipeline.archive.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.transcriptpipeline.archive.TestBroker;
import org.transcriptpipeline.kafka.TopicWatch;

/// `faults.md` K12 and K13: what is known of a backlog before it is lost.
class TopicWatchTest {

    private static final String TOPIC = "a-topic-that-lags";
    private static final String GROUP = "a-group-that-is-away";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void theAgeOfWhatWaitsIsThatOfTheRecordAtWhichTheGroupStands() throws Exception {
        Map<String, Object> configuration = Map.of("bootstrap.servers", TestBroker.bootstrapServers());
        var old = Instant.now().minus(Duration.ofDays(3));
        try (var admin = Admin.create(configuration);
                var producer = TestBroker.producer()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1).configs(Map.of("retention.ms", "604800000"))))
                    .all()
                    .get(10, TimeUnit.SECONDS);
            send(producer, 0, old.minus(Duration.ofDays(1))); // read already
            send(producer, 0, old);
            send(producer, 0, Instant.now());
            send(producer, 1, Instant.now());
            producer.flush();
            admin.alterConsumerGroupOffsets(GROUP, Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(1)))
                    .all()
                    .get(10, TimeUnit.SECONDS);

            var watch = new TopicWatch(configuration, configuration, GROUP, List.of(TOPIC), Clock.systemUTC(), meters);
            assertThat(gauge("transcripts_consumer_lag_records")).isNaN();
            watch.start();
            try {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> !Double.isNaN(gauge("transcripts_consumer_lag_records")));

                // one look at all, which a slow broker may make two
                await().atMost(Duration.ofSeconds(45)).ignoreExceptions().untilAsserted(() -> {
                    assertThat(gauge("transcripts_consumer_lag_records")).isEqualTo(3.0);
                    assertThat(gauge("transcripts_consumer_lag_age_seconds"))
                            .isCloseTo(Duration.ofDays(3).toSeconds(), within(60.0));
                    assertThat(gauge("transcripts_topic_retention_seconds")).isEqualTo(604_800.0);
                    assertThat(meters.get("transcripts_kafka_disk_used_ratio")
                                    .gauge()
                                    .value())
                            .isBetween(0.01, 1.0);
                    assertThat(watch.health().getStatus()).isEqualTo(Status.UP);
                });
            } finally {
                watch.stop();
            }
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNamedAndNoGaugeStandsStill() {
        Map<String, Object> nobody = Map.of("bootstrap.servers", "127.0.0.1:1");
        var watch = new TopicWatch(nobody, nobody, GROUP, List.of(TOPIC), Clock.systemUTC(), meters);
        watch.start();
        try {
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> watch.health().getStatus().equals(Status.OUT_OF_SERVICE));

            assertThat(watch.health().getDetails()).containsEntry("reason", "it does not answer in time");
            assertThat(gauge("transcripts_consumer_lag_records")).isNaN();
        } finally {
            watch.stop();
        }
    }

    private double gauge(String name) {
        return meters.get(name).tag("topic", TOPIC).gauge().value();
    }

    private static void send(KafkaProducer<String, byte[]> producer, int partition, Instant time) {
        producer.send(new ProducerRecord<>(TOPIC, partition, time.toEpochMilli(), "key", new byte[] {1}));
    }
}
