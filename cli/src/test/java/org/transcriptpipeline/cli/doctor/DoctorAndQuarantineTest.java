package org.transcriptpipeline.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Signature;
import tools.jackson.databind.json.JsonMapper;

class DoctorAndQuarantineTest {

    private static final String ACCOUNT = Sids.account("quarantine");
    private static final String TOKEN = "a-token-of-the-quarantine";

    @Test
    void explainsTheNewestRequestThatIngestHasKeptAndAnyOther(@TempDir Path directory)
            throws InterruptedException, ExecutionException {
        try (var kafka = EmbeddedKafkaBroker.start(directory, 0)) {
            var setting = Run.Setting.of(Map.of(
                    "TWILIO_ACCOUNT_SID",
                    ACCOUNT,
                    "TWILIO_AUTH_TOKEN",
                    TOKEN,
                    "PUBLIC_BASE_URL",
                    "http://hooks.example.com",
                    "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                    kafka.bootstrapServers()));
            try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("transcripts.quarantine", 1, (short) 1)))
                        .all()
                        .get();
            }
            keep(kafka, "http://hooks.example.com/webhooks/conversations");
            keep(kafka, "https://hooks.example.com/webhooks/conversations");

            var newest = setting.run("doctor", "--from-quarantine", "--offline", "--json");
            var first = setting.run(
                    "doctor", "--from-quarantine", "--partition", "0", "--offset", "0", "--offline", "--json");
            var none = setting.run("doctor", "--from-quarantine", "--partition", "0", "--offset", "9", "--offline");

            assertThat(newest.status()).as(newest.everything()).isZero();
            assertThat(newest.json().path("refusedFor").stringValue()).isEqualTo("mismatch");
            assertThat(newest.json().path("publicBaseUrl").stringValue()).isEqualTo("https://hooks.example.com");
            assertThat(first.json().path("verdict").stringValue()).isEqualTo("verifies");
            assertThat(none.status()).isEqualTo(1);
            assertThat(none.err()).isEqualTo("There is no such request in transcripts.quarantine.\n");
        }
    }

    /// As ingest's QuarantinedRequest is written.
    private static void keep(EmbeddedKafkaBroker kafka, String signedUrl)
            throws InterruptedException, ExecutionException {
        var form = List.of(new Parameter("AccountSid", ACCOUNT), new Parameter("EventType", "onMessageAdded"));
        var body = "AccountSid=" + ACCOUNT + "&EventType=onMessageAdded";
        var value = JsonMapper.builder()
                .build()
                .writeValueAsBytes(Map.of(
                        "version", 1,
                        "requestId", "r1",
                        "endpoint", "conversations",
                        "path", "/webhooks/conversations",
                        "contentType", "application/x-www-form-urlencoded",
                        "signatures", List.of(Signature.of(TOKEN, signedUrl, form)),
                        "receivedAt", Instant.EPOCH.toString(),
                        "reason", "mismatch",
                        "body", Base64.getEncoder().encodeToString(body.getBytes(UTF_8))));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("transcripts.quarantine", ACCOUNT, value))
                    .get();
        }
    }
}
