package org.transcriptpipeline.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.IngestApplication;
import org.transcriptpipeline.notify.FaultyLink;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;

/// The broker appends, and its acknowledgement gets lost on the way.
class LostAcknowledgementIT {

    private static final String TOKEN = Sids.of("", "lost acknowledgements");

    @Test
    @Tag("K4")
    void whatWasAppendedAndNotAcknowledgedIsTheSameEventWhenItIsSentAgain(@TempDir Path directory) throws Exception {
        var account = Sids.account("lost acknowledgements");
        var webhooks =
                new Requests("ack", account, 1, 2, Instant.now()).stream().toList();
        int port = FreePort.find();
        try (var link = new FaultyLink(port);
                var broker = EmbeddedKafkaBroker.start(directory.resolve("kafka"), port, link.port());
                var ingest = IngestApplication.create()
                        .run(
                                "--server.port=0",
                                ServiceProcess.ALONE + "jdbc,transaction,flyway,mail,thymeleaf,security",
                                "--management.server.port=0",
                                "--PUBLIC_BASE_URL=" + StandaloneProcess.PUBLIC_BASE_URL,
                                "--TWILIO_ACCOUNT_SID=" + account,
                                "--TWILIO_AUTH_TOKEN=" + TOKEN,
                                "--transcripts.accounts.default.at-twilio=false",
                                "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                                "--logging.config=classpath:logback-test.xml");
                var twilio = new TwilioSimulator(
                        URI.create(
                                "http://127.0.0.1:" + ingest.getEnvironment().getRequiredProperty("local.server.port")),
                        StandaloneProcess.PUBLIC_BASE_URL,
                        account,
                        TOKEN)) {
            await("ingest takes events")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> twilio.post(webhooks.get(0)).isAcknowledged());
            var message = webhooks.get(2);

            link.loseAnswers();
            long start = System.nanoTime();
            twilio.post(message);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            link.mend();
            await("and again")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> twilio.post(message).isAcknowledged());

            // the one whose acknowledgement was lost, and the repeats, are one event to whoever merges them
            await("both are in the topic")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(eventIds(broker, message.subject()))
                            .hasSizeGreaterThan(1)
                            .containsOnly(eventIds(broker, message.subject()).getFirst()));
        }
    }

    /// Of the records that name this message.
    private static List<String> eventIds(EmbeddedKafkaBroker broker, String messageSid) {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(Topics.EVENTS).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long left = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            List<String> ids = new ArrayList<>();
            while (left > 0) {
                for (var each : consumer.poll(Duration.ofSeconds(5))) {
                    left--;
                    if (new String(each.value(), UTF_8).contains(messageSid)) {
                        ids.add(new String(each.headers().lastHeader("ce_id").value(), UTF_8));
                    }
                }
            }
            return ids;
        }
    }
}
