package org.transcriptpipeline.cli.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.cli.StoreForTests;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Signature;
import tools.jackson.databind.json.JsonMapper;

/// On a real broker and a real Postgres; the tool signs in as the role that is made for it.
@Tag("I2")
class QuarantineCommandsTest {

    private static final String ACCOUNT = Sids.account("quarantine commands");
    private static final String TOKEN = "the-mended-token";
    private static final String URL = "https://hooks.example.com";
    private static final String SAID = "a customer's words";
    private static final Instant RECEIVED = Instant.parse("2026-11-20T10:00:00Z");

    @TempDir
    static Path directory;

    static EmbeddedKafkaBroker kafka;

    private final Run.Setting setting = Run.Setting.of(Map.of(
            "TWILIO_ACCOUNT_SID",
            ACCOUNT,
            "TWILIO_AUTH_TOKEN",
            TOKEN,
            "PUBLIC_BASE_URL",
            URL,
            "USER",
            "ada",
            "SPRING_KAFKA_BOOTSTRAP_SERVERS",
            kafka.bootstrapServers(),
            "SPRING_DATASOURCE_URL",
            StoreForTests.jdbcUrl(),
            "SPRING_DATASOURCE_USERNAME",
            "transcripts_operator",
            "SPRING_DATASOURCE_PASSWORD",
            StoreForTests.password()));

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafkaBroker.start(directory, 0);
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(
                            Stream.of("transcripts.quarantine", "transcripts.events", "transcripts.delivery-statuses")
                                    .map(topic -> new NewTopic(topic, 1, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void dropWhatOthersLeft() {
        assertThat(setting.run("quarantine", "drop", "--topic", "quarantine", "--apply")
                        .status())
                .isZero();
        StoreForTests.update("DELETE FROM store.quarantined_records");
        StoreForTests.update("DELETE FROM handoff.quarantined_records");
    }

    @Test
    void anAdoptedRequestIsTheEventThatItWouldHaveBeenAndAdoptingTwiceDoesNothing() throws Exception {
        var body = form("IM-adopt");
        var id = keep("mismatch", body, URL);
        long before = events().size();

        var wrong = setting.with("TWILIO_AUTH_TOKEN", "the wrong token").run("quarantine", "adopt", id, "--apply");
        var dry = setting.run("quarantine", "adopt", id);
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.out()).contains("still refused: mismatch");
        assertThat(dry.status()).as(dry.everything()).isZero();
        assertThat(dry.out()).startsWith("What --apply would do:").contains("adoptable");
        assertThat(events()).hasSize((int) before);

        var first = setting.run("quarantine", "adopt", "--reason", "mismatch", "--apply", "--json");
        var second = setting.run("quarantine", "adopt", id, "--apply", "--json");

        assertThat(first.status()).as(first.everything()).isZero();
        assertThat(first.json().path("isApplied").booleanValue()).isTrue();
        assertThat(first.json().path("counts").path("adopted").intValue()).isEqualTo(1);
        assertThat(second.status()).isZero();
        assertThat(second.json().path("counts").path("already adopted").intValue())
                .isEqualTo(1);
        var published = events();
        assertThat(published).hasSize((int) before + 1);
        var event = decoded(published.getLast());
        assertThat(event).isInstanceOf(MessageAdded.class);
        assertThat(event.source().eventId()).isEqualTo(EventId.of(ACCOUNT, SourceKind.WEBHOOK, body.getBytes(UTF_8)));
        assertThat(event.source().receivedAt()).isEqualTo(RECEIVED);
        assertThat(event.source().idempotencyToken()).isEqualTo("token-of-twilio");
        assertThat(published.getLast().key()).isEqualTo(Sids.of("CH", "quarantine"));
        assertThat(StoreForTests.text("SELECT concat_ws(' ', decision, outcome, decided_by, database_user) FROM"
                        + " transcripts.quarantine_decisions WHERE decision LIKE 'adopt%' ORDER BY decided_at DESC"
                        + " LIMIT 1"))
                .isEqualTo("adopt adopted ada transcripts_operator");
    }

    @Test
    void whatIsNotProvedIsTakenOneByOneOnly() throws Exception {
        var id = keep("mismatch", form("IM-unverified"), "http://elsewhere.example.com");
        var other = keep("mismatch", form("IM-other"), "http://elsewhere.example.com");
        long before = events().size();

        assertThat(setting.run("quarantine", "adopt", "--reason", "mismatch", "--unverified", "--apply")
                        .status())
                .isEqualTo(2);
        assertThat(setting.run("quarantine", "adopt", id, other, "--unverified", "--apply")
                        .status())
                .isEqualTo(2);
        var another = setting.run(
                "quarantine", "adopt", "--topic", "quarantine", "--account", Sids.account("another"), "--apply");
        assertThat(another.out()).startsWith("There is nothing to adopt.");
        assertThat(events()).hasSize((int) before);

        var one = setting.without("TWILIO_AUTH_TOKEN")
                .run("quarantine", "adopt", id, "--unverified", "--apply", "--by", "Grace");

        assertThat(one.status()).as(one.everything()).isZero();
        assertThat(events()).hasSize((int) before + 1);
        assertThat(StoreForTests.text("SELECT decided_by FROM store.quarantine_decisions"
                        + " WHERE decision = 'adopt_unverified' ORDER BY decision_id DESC LIMIT 1"))
                .isEqualTo("Grace");
    }

    @Test
    void theListShowsNothingOfAPersonAndWhatIsDroppedNoMore() throws Exception {
        var id = keep("missing", form("IM-list"), null);
        StoreForTests.update("""
            INSERT INTO store.quarantined_records (topic, partition, record_offset, reason, sqlstate, record_value, recorded_at)
            VALUES ('transcripts.events', 2, 17, 'data', '22021', ?, now())
            """, SAID.getBytes(UTF_8));
        StoreForTests.update("""
            INSERT INTO handoff.quarantined_records (topic, partition, record_offset, reason, record_value, recorded_at)
            VALUES ('transcripts.ready', 0, 3, 'version', ?, now())
            """, SAID.getBytes(UTF_8));

        var all = setting.run("quarantine", "list", "--json");
        var text = setting.run("quarantine", "list");

        assertThat(all.status()).as(all.everything()).isZero();
        assertThat(all.json().path("counts").toString())
                .isEqualTo("{\"record, data\":1,\"record, version\":1,\"request, missing\":1}");
        assertThat(text.out())
                .contains(id + "  2026-11-20T10:00:00Z  missing  " + ACCOUNT + "  conversations  ")
                .contains("transcripts.events/2/17")
                .contains("data 22021")
                .contains("transcripts.ready/0/3");
        assertThat(all.everything() + text.everything()).doesNotContain(SAID, "12025550143", "words");
        assertThat(total("list", "--endpoint", "flow-ended")).isZero();
        assertThat(total("list", "--endpoint", "conversations")).isEqualTo(1);
        assertThat(total("list", "--topic", "events")).isEqualTo(1);
        assertThat(total("list", "--reason", "version")).isEqualTo(1);
        assertThat(total("list", "--topic", "quarantine", "--until", "2026-11-20T10:00:00Z"))
                .isZero();
        assertThat(total("list", "--topic", "quarantine", "--since", "2026-11-20"))
                .isEqualTo(1);
        assertThat(total("list", "--account", ACCOUNT)).isEqualTo(1);

        assertThat(setting.run("quarantine", "drop", id, "events/2/17", "ready/0/3")
                        .out())
                .startsWith("What --apply would do:");
        assertThat(total("list")).isEqualTo(3);
        assertThat(setting.run("quarantine", "drop", id, "events/2/17", "ready/0/3", "--apply")
                        .status())
                .isZero();

        assertThat(total("list")).isZero();
        assertThat(setting.run("quarantine", "list", id, "--json")
                        .json()
                        .path("entries")
                        .path(0)
                        .path("state")
                        .stringValue())
                .isEqualTo("dropped");
        assertThat(total("list", "--all", "--topic", "events")).isEqualTo(1);
        assertThat(StoreForTests.text("SELECT dropped_at IS NOT NULL FROM transcripts.quarantined_records"))
                .isEqualTo("t");
        assertThat(setting.run("quarantine", "drop", "events/2/18", "--apply").status())
                .isEqualTo(1);
    }

    @Test
    void whatAnEntryHoldsIsShownOnRequestOnly() throws Exception {
        var id = keep("mismatch", form("IM-show") + "&Escape=%1b%5b2J", URL);
        StoreForTests.update("""
            INSERT INTO store.quarantined_records (topic, partition, record_offset, reason, record_value, recorded_at)
            VALUES ('transcripts.events', 2, 18, 'not_json', ?, now())
            """, SAID.getBytes(UTF_8));

        var without = setting.run("quarantine", "show", id);
        var with = setting.run("quarantine", "show", id, "--content");

        assertThat(without.status()).as(without.everything()).isZero();
        assertThat(without.out()).contains("reason: mismatch", "request id: r-", "signatures: 1");
        assertThat(without.everything()).doesNotContain(SAID, "12025550143", "token-of-twilio");
        assertThat(with.out())
                .contains("target: /webhooks/conversations", "Body=" + SAID, "Escape=\\u001b[2J")
                .doesNotContain("\u001b");
        var refused = setting.run("quarantine", "show", "events/2/18", "--content");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("transcripts_auditor");
        assertThat(setting.with("SPRING_DATASOURCE_USERNAME", "postgres")
                        .run("quarantine", "show", "events/2/18", "--content")
                        .out())
                .contains("body: " + SAID);
        assertThat(setting.run("quarantine", "show", "quarantine/0/99999").status())
                .isEqualTo(1);
    }

    @Test
    @Tag("O5")
    void aReplayIsAskedForOnceAndKnownBySomebody() {
        StoreForTests.update("""
            INSERT INTO store.quarantined_records (topic, partition, record_offset, reason, record_value, recorded_at)
            VALUES ('transcripts.events', 2, 19, 'version', 'x', now()), ('transcripts.events', 2, 20, 'not_json', 'x', now())
            """);

        assertThat(setting.run("replay", "--reason", "version").out()).startsWith("What --apply would do:");
        assertThat(asked()).isEqualTo("0");
        assertThat(setting.run("replay", "--reason", "version", "--apply").status())
                .isZero();
        var again = setting.run("replay", "events/2/19", "--apply", "--wait", "--timeout", "PT0.1S", "--json");

        assertThat(asked()).isEqualTo("1");
        assertThat(again.json().path("entries").path(0).path("state").stringValue())
                .isEqualTo("already replay_requested");
        assertThat(StoreForTests.text(
                        "SELECT replay_requested_by FROM store.quarantined_records WHERE record_offset = 19"))
                .isEqualTo("ada");
        assertThat(StoreForTests.text(
                        "SELECT string_agg(outcome || ' ' || decided_by, ',') FROM store.quarantine_decisions"
                                + " WHERE record_offset = 19"))
                .isEqualTo("requested ada");
        assertThat(setting.run("replay", "ready/0/3", "--apply").status()).isEqualTo(2);
        assertThat(setting.run("replay", "quarantine/0/3", "--apply").status()).isEqualTo(2);
        assertThat(setting.run("replay", "events/9/9", "--apply").status()).isEqualTo(1);
        assertThat(setting.run("replay").status()).isEqualTo(2);
    }

    @Test
    @Tag("D8")
    void anAllowanceIsForOneReasonAndATime() {
        var run = setting.run("quarantine", "allow", "--reason", "version", "--for", "PT2H", "--json");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(Instant.parse(run.json().path("until").stringValue()))
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(110)),
                        Instant.now().plus(Duration.ofMinutes(130)));
        assertThat(StoreForTests.text("SELECT concat_ws(' ', service, reason, allowed_by, database_user) FROM"
                        + " store.quarantine_allowances"))
                .isEqualTo("archiver version ada transcripts_operator");
        assertThat(setting.run("quarantine", "allow", "--reason", "version", "--for", "P2D")
                        .status())
                .isEqualTo(2);
        assertThat(setting.run("quarantine", "allow", "--reason", "version", "--service", "ingest")
                        .status())
                .isEqualTo(2);
        assertThat(setting.run("quarantine", "allow").status()).isEqualTo(2);
    }

    @Test
    void theRoleOfTheToolMayAskForComparisonsAndSeesNoText() {
        assertThat(setting.run("reconcile", "--conversation", Sids.of("CH", "quarantine"))
                        .status())
                .isZero();
        StoreForTests.update("DELETE FROM store.reconciliations");
        for (var forbidden : List.of(
                "SELECT body FROM store.messages",
                "SELECT record_value FROM store.quarantined_records",
                "SELECT customer_address FROM transcripts.conversations",
                "DELETE FROM store.quarantine_decisions",
                "UPDATE store.quarantine_decisions SET decided_by = 'nobody'",
                "INSERT INTO store.quarantine_decisions (topic, partition, record_offset, decision, outcome,"
                        + " decided_by, database_user) VALUES ('t', 0, 0, 'drop', 'dropped', 'x', 'somebody else')")) {
            assertThat(StoreForTests.sqlStateOf("transcripts_operator", forbidden))
                    .as(forbidden)
                    .isEqualTo("42501");
        }
    }

    private int total(String... arguments) {
        var all = Stream.concat(Stream.concat(Stream.of("quarantine"), Stream.of(arguments)), Stream.of("--json"))
                .toArray(String[]::new);
        var run = setting.run(all);
        assertThat(run.status()).as(run.everything()).isZero();
        return run.json().path("total").intValue();
    }

    private static String asked() {
        return StoreForTests.text(
                "SELECT count(*) FROM store.quarantined_records WHERE replay_requested_at IS NOT NULL");
    }

    private static String form(String messageSid) {
        return parameters(messageSid).stream()
                .map(p -> p.name() + "=" + URLEncoder.encode(p.value(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static List<Parameter> parameters(String messageSid) {
        return List.of(
                new Parameter("AccountSid", ACCOUNT),
                new Parameter("EventType", "onMessageAdded"),
                new Parameter("ConversationSid", Sids.of("CH", "quarantine")),
                new Parameter("MessageSid", messageSid),
                new Parameter("Author", "+12025550143"),
                new Parameter("Body", SAID));
    }

    /// As ingest keeps it.
    ///
    /// @param signedFor the public address that was signed; null for no signature
    /// @return its id
    private static String keep(String reason, String body, String signedFor)
            throws InterruptedException, ExecutionException {
        var messageSid = body.replaceFirst(".*MessageSid=([^&]*).*", "$1");
        var signatures = signedFor == null
                ? List.of()
                : List.of(Signature.of(TOKEN, signedFor + "/webhooks/conversations", parameters(messageSid)));
        var value = JsonMapper.builder()
                .build()
                .writeValueAsBytes(Map.of(
                        "version",
                        1,
                        "requestId",
                        "r-" + messageSid,
                        "endpoint",
                        "conversations",
                        "path",
                        "/webhooks/conversations",
                        "contentType",
                        "application/x-www-form-urlencoded",
                        "signatures",
                        signatures,
                        "idempotencyToken",
                        "token-of-twilio",
                        "receivedAt",
                        RECEIVED.toString(),
                        "reason",
                        reason,
                        "body",
                        Base64.getEncoder().encodeToString(body.getBytes(UTF_8))));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            var kept = producer.send(new ProducerRecord<>("transcripts.quarantine", ACCOUNT, value))
                    .get();
            return "transcripts.quarantine/0/" + kept.offset();
        }
    }

    private static TranscriptEvent decoded(ConsumerRecord<String, byte[]> published) {
        return ((EventCodec.Readable<TranscriptEvent>) new EventCodec().decode(published.value())).value();
    }

    private static List<ConsumerRecord<String, byte[]>> events() {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "fetch.max.wait.ms", 20),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            var partition = new TopicPartition("transcripts.events", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            var all = new ArrayList<ConsumerRecord<String, byte[]>>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }
}
