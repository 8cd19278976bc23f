package org.transcriptpipeline.cli.erase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.cli.StoreForTests;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.JsonNode;

/// On a real broker and a real Postgres; the tool signs in as the role that is made for it.
class EraseCommandsTest {

    private static final String ACCOUNT = Sids.account("erase commands");
    private static final String TOKEN = "a-token-of-erase";
    private static final String OURS = "+12025550199";
    private static final String ADA = "+12025550143";

    private static final String[] STEPS = {
        "SELECT store.begin_erasure('" + ACCOUNT + "', '" + ADA + "', 'grace', NULL)",
        "SELECT store.register_person('%s', '" + ADA + "')",
        "SELECT store.wait_for_merges()::text",
        "SELECT store.erase_conversations('%s', 1)",
        "SELECT store.erase_rest('%s', 500)",
        "SELECT store.erase_kept_events('%s', 'unrecognised_events', '', 500)",
        "SELECT store.erase_quarantined('%s')",
        "SELECT store.mark_erasure('%s', 'erased', NULL)::text",
    };

    @TempDir
    static Path directory;

    static EmbeddedKafkaBroker kafka;

    private TwilioWorld world = new TwilioWorld(ACCOUNT, 5, Clock.systemUTC());
    private RestStandIn twilio;
    private Run.Setting setting;
    private Path receipt;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = EmbeddedKafkaBroker.start(directory.resolve("kafka"), 0);
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(Stream.of(
                                    "transcripts.quarantine",
                                    "transcripts.events",
                                    "transcripts.delivery-statuses",
                                    "transcripts.ready")
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void start() {
        twilio = new RestStandIn(world, TOKEN);
        receipt = directory.resolve("receipt.json");
        setting = Run.Setting.of(Map.of(
                "TWILIO_ACCOUNT_SID",
                ACCOUNT,
                "TWILIO_AUTH_TOKEN",
                TOKEN,
                "TWILIO_API_BASE_URL",
                twilio.baseUrl().toString(),
                "USER",
                "grace",
                "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "SPRING_DATASOURCE_URL",
                StoreForTests.jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME",
                "transcripts_operator",
                "SPRING_DATASOURCE_PASSWORD",
                StoreForTests.password()));
        for (var table : new String[] {
            "conversations",
            "messages",
            "participants",
            "deliveries",
            "erasures",
            "erased_sids",
            "holds",
            "consumer_offsets"
        }) {
            StoreForTests.update("DELETE FROM store." + table);
        }
    }

    @AfterEach
    void stop() {
        twilio.close();
    }

    @Test
    void itShowsWhatItWouldEraseAndChangesNothing() {
        var sid = conversation(ADA);

        var run = setting.run("erase", "--address", "whatsapp:" + ADA, "--json");

        assertThat(run.status()).as(run.everything()).isEqualTo(1);
        assertThat(run.json().path("found").path("conversation").intValue()).isEqualTo(1);
        assertThat(run.json().path("found").path("messages").intValue()).isEqualTo(1);
        assertThat(body(sid)).isEqualTo("my words");
        assertThat(StoreForTests.text("SELECT count(*) FROM store.erasures")).isEqualTo("0");
        assertThat(setting.run("erase", "--address", "+12025550100").status()).isZero();
    }

    @Test
    void itErasesAtTwilioTooAndTheReceiptHoldsNothingOfThePerson() throws Exception {
        var sid = conversation(ADA);
        publish("transcripts.events", "something of hers");

        var run = erase("--reference", "case 12");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(body(sid)).isEmpty();
        assertThat(world.conversations()).isEmpty();
        var json = Files.readString(receipt);
        assertThat(json)
                .contains("case 12", "\"state\" : \"erased\"", sid)
                .doesNotContain(ADA.substring(1), "my words");
        assertThat(run.json().path("twilio").path("deleted").intValue()).isEqualTo(1);
        // without --topics nothing is deleted there, and it is said until when it is kept
        assertThat(run.json().path("topics").get(0).path("keptUntil").stringValue())
                .startsWith("20");
        assertThat(StoreForTests.text("SELECT state || requested_by FROM store.erasures"))
                .isEqualTo("donegrace");
    }

    @Test
    void recordsAreDeletedAsFarAsTheyAreStored() throws Exception {
        conversation(ADA);
        publish("transcripts.delivery-statuses", "one");
        publish("transcripts.delivery-statuses", "another");
        StoreForTests.update(
                "INSERT INTO store.consumer_offsets VALUES ('transcripts-archiver', 'transcripts.delivery-statuses', 0, 1)");

        var run = erase("--topics");

        var topic = run.json().path("topics").get(1);
        assertThat(topic.path("topic").stringValue()).isEqualTo("transcripts.delivery-statuses");
        assertThat(topic.path("deletedBelow").path("0").intValue()).isEqualTo(1);
        assertThat(topic.path("remaining").intValue()).isEqualTo(1);
        assertThat(topic.path("keptUntil").stringValue()).startsWith("20");
    }

    @Test
    void underHoldItRefusesAndAfterwardsItDoesNot() {
        var sid = conversation(ADA);
        var held = setting.run("hold", "--conversation", sid, "--reason", "a dispute", "--json");
        var id = held.json().path("holdId").stringValue();
        assertThat(setting.run("hold", "--list").out()).contains(id, sid, "a dispute", "grace");

        var refused = erase();

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains(id);
        assertThat(body(sid)).isEqualTo("my words");

        assertThat(setting.run("hold", "--release", id).status()).isZero();
        assertThat(setting.run("hold", "--release", id).status()).isEqualTo(1);
        assertThat(erase().status()).isZero();
        assertThat(body(sid)).isEmpty();
    }

    @Test
    void whatBrokeOffGoesOnWhereItWas() throws Exception {
        var sid = conversation(ADA);
        twilio.answersWith(Fault.status(500), "Conversations");
        var broken = erase();
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.json().path("state").stringValue()).isEqualTo("unfinished");
        assertThat(body(sid)).isEmpty();
        var id = broken.json().path("erasureId").stringValue();
        twilio.answersNormally();

        var again = erase();

        assertThat(again.status()).as(again.everything()).isZero();
        assertThat(again.json().path("erasureId").stringValue()).isEqualTo(id);
        assertThat(again.json().path("store")).isEqualTo(broken.json().path("store"));
        assertThat(world.conversations()).isEmpty();
    }

    /// Each step is a transaction of its own, so a kill leaves the first so many of them.
    @Test
    void whereverItIsKilledItEndsTheSameWhenItIsRunAgain() throws Exception {
        var counts = new HashSet<JsonNode>();
        for (int done = 0; done <= STEPS.length; done++) {
            stop();
            world = new TwilioWorld(ACCOUNT, 5 + done, Clock.systemUTC());
            start();
            var sid = conversation(ADA);
            var id = "";
            for (int step = 0; step < done; step++) {
                var outcome = StoreForTests.text(STEPS[step].formatted(id));
                id = step == 0 ? outcome : id;
            }

            var run = erase();

            assertThat(run.status())
                    .as("after %s steps: %s", done, run.everything())
                    .isZero();
            assertThat(body(sid)).isEmpty();
            assertThat(StoreForTests.text("SELECT string_agg(state, ',') FROM store.erasures"))
                    .isEqualTo("done");
            assertThat(StoreForTests.text("SELECT count(*) FROM store.erased_sids WHERE erased_at IS NULL"))
                    .isEqualTo("0");
            counts.add(run.json().path("store"));
        }
        assertThat(counts).hasSize(1);
    }

    @Test
    void aRestoredBackupIsErasedAgainByTheReceipt() {
        var sid = conversation(ADA);
        assertThat(erase().status()).isZero();
        // the backup: the rows of before, and no word of the erasure
        StoreForTests.update("DELETE FROM store.erasures");
        StoreForTests.update("DELETE FROM store.erased_sids");
        StoreForTests.update("UPDATE store.messages SET body = 'my words', author = ?", ADA);
        StoreForTests.update("UPDATE store.participants SET address = ?", ADA);

        var shown = setting.run("erase", "--again", receipt.toString());
        assertThat(shown.status()).isEqualTo(1);
        assertThat(body(sid)).isEqualTo("my words");
        var run = setting.run(
                "erase",
                "--again",
                receipt.toString(),
                "--apply",
                "--receipt",
                directory.resolve("second.json").toString());

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(body(sid)).isEmpty();
        assertThat(StoreForTests.text("SELECT count(*) FROM store.participants WHERE address IS NOT NULL"))
                .isEqualTo("0");
        assertThat(StoreForTests.text("SELECT count(*) FROM store.erasures")).isEqualTo("1");
    }

    @Test
    void aNumberOfOursIsRefused() {
        conversation(ADA);

        var run = setting.run("erase", "--address", OURS, "--apply");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("This is a number of ours");
    }

    @Test
    void retentionIsShownBeforeItIsSet() {
        var old = conversation(ADA);
        StoreForTests.update(
                "UPDATE store.conversations SET last_message_at = now() - interval '400 days', message_count = 1 WHERE conversation_sid = ?",
                old);
        conversation("+12025550144");

        var run = setting.run("retention", "--after", "365d", "--json");
        setting.run("hold", "--address", ADA, "--reason", "a dispute");
        var held = setting.run("retention", "--after", "365d", "--json");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.json().path("conversations").intValue()).isEqualTo(1);
        assertThat(run.json().path("messages").intValue()).isEqualTo(1);
        assertThat(run.json().path("shares").get(0).path("channel").stringValue())
                .isEqualTo("sms");
        assertThat(held.json().path("conversations").intValue()).isZero();
        assertThat(held.json().path("held").intValue()).isEqualTo(1);
        assertThat(setting.run("retention", "--after", "old").status()).isEqualTo(2);
    }

    @Test
    void theOperatorErasesWhatItCannotRead() {
        for (var forbidden : new String[] {
            "SELECT body FROM store.messages",
            "UPDATE store.messages SET body = ''",
            "SELECT * FROM store.erasure_key",
            "SELECT store.address_hash('+12025550143')",
            "DELETE FROM store.erasures",
            "UPDATE store.holds SET released_at = now()"
        }) {
            assertThat(StoreForTests.sqlStateOf("transcripts_operator", forbidden))
                    .as(forbidden)
                    .isEqualTo("42501");
        }
        assertThat(StoreForTests.sqlStateOf("transcripts_archiver", "SELECT * FROM store.erasure_key"))
                .isEqualTo("42501");
    }

    private Run erase(String... more) {
        return setting.run(Stream.concat(
                        Stream.of("erase", "--address", ADA, "--apply", "--json", "--receipt", receipt.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    /// At Twilio and in the store, with one message.
    private String conversation(String customer) {
        var message = world.inbound(customer, OURS, "my words").orElseThrow();
        var sid = message.conversationSid();
        StoreForTests.update("""
                INSERT INTO store.conversations (
                    conversation_sid, account_sid, service_sid, started_at, first_received_at, sources, versions,
                    customer_addresses, our_address, channel, message_count, last_message_at
                )
                VALUES (?, ?, ?, now() - interval '1 hour', now(), '{webhook}', '', ARRAY[?], ?, 'sms', 1, now())
                """, sid, ACCOUNT, world.conversation(sid).serviceSid(), customer, OURS);
        StoreForTests.update("""
                INSERT INTO store.participants (
                    participant_sid, conversation_sid, account_sid, address, proxy_address, first_received_at, sources, versions
                )
                VALUES (?, ?, ?, ?, ?, now(), '{webhook}', '')
                """, world.participants(sid).getFirst().sid(), sid, ACCOUNT, customer, OURS);
        StoreForTests.update("""
                INSERT INTO store.messages (
                    message_sid, conversation_sid, account_sid, index, author, body, is_stub, first_received_at, sources, versions
                )
                VALUES (?, ?, ?, 0, ?, 'my words', false, now(), '{webhook}', '')
                """, message.sid(), sid, ACCOUNT, customer);
        return sid;
    }

    private static String body(String conversationSid) {
        return StoreForTests.text(
                "SELECT coalesce(string_agg(body, ','), '') FROM store.messages WHERE conversation_sid = '"
                        + conversationSid + "'");
    }

    private static void publish(String topic, String value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<byte[], byte[]>(topic, value.getBytes(UTF_8)))
                    .get();
        }
    }
}
