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
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.State;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.JsonNode;

/// On a real broker and a real Postgres; the tool signs in as the role that is made for it.
class EraseCommandsTest {

    private static final String ACCOUNT = Sids.account("erase commands");
    private static final String TOKEN = "a-token-of-erase";
    private static final String OURS = "+12025550199";
    private static final String ADA = "+12025550143";
    private static final String BOB = "+12025550177";
    private static final String CARA = "+12025550178";

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
            "flow_executions",
            "flow_days",
            "day_changes",
            "days_due",
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

    @Test
    void whereKafkaCannotBeAskedThereIsAReceiptThatSaysSo() {
        var sid = conversation(ADA);
        setting = setting.with("SPRING_KAFKA_BOOTSTRAP_SERVERS", "no-such-host.invalid:9092");

        var unfinished = erase("--topics");
        assertThat(unfinished.status()).isEqualTo(1);
        assertThat(unfinished.json().path("state").stringValue()).isEqualTo("unfinished");
        assertThat(unfinished.json().path("topics").get(0).path("problem").stringValue())
                .contains("Kafka cannot be asked");
        assertThat(receipt).exists();
        assertThat(body(sid)).isEmpty();

        // until when Kafka keeps what it has is not known then, and that is all
        assertThat(erase().status()).isZero();
    }

    @Test
    void whoAsksAgainMeansWhatCameSinceToo() {
        var first = conversation(ADA);
        twilio.answersWith(Fault.status(500), "Conversations");
        assertThat(erase("--reference", "case 1").json().path("state").stringValue())
                .isEqualTo("unfinished");
        twilio.answersNormally();
        StoreForTests.update("UPDATE store.erasures SET requested_at = now() - interval '300 days'");
        world.changeState(first, State.CLOSED, Origin.REST);
        var second = conversation(ADA);

        var again = erase("--reference", "case 2");

        assertThat(again.status()).as(again.everything()).isZero();
        assertThat(body(first)).isEmpty();
        assertThat(body(second)).isEmpty();
        assertThat(StoreForTests.text("SELECT reason FROM store.erasures")).isEqualTo("case 2");
    }

    /// The second is registered while the first waits; then the first goes on, and ends before the second does.
    @Test
    void membersOfOneConversationWhoseErasuresOverlapAreBothErased() {
        var sid = conversation(ADA);
        joins(sid, "b", BOB);
        joins(sid, "c", CARA);
        says(sid, 1, BOB, "my words too");
        says(sid, 2, CARA, "either " + ADA + " or " + BOB);
        StoreForTests.update(
                "UPDATE store.conversations SET customer_addresses = ?", (Object) new String[] {ADA, BOB, CARA});

        var ada = registered(ADA);
        var bob = registered(BOB);
        carryOut(ada);

        assertThat(everythingOf(sid)).doesNotContain(ADA);
        assertThat(StoreForTests.text("SELECT count(*) FROM store.erased_sids WHERE erased_at IS NULL AND '" + ada
                        + "' = erasure_id"))
                .isEqualTo("0");

        carryOut(bob);

        assertThat(everythingOf(sid)).doesNotContain(BOB, "my words").contains(CARA);
        assertThat(body(sid)).isEqualTo("either [erased] or [erased]");
        assertThat(StoreForTests.text("SELECT count(*) FROM store.erased_sids WHERE erased_at IS NULL"))
                .isEqualTo("0");
    }

    private static String registered(String address) {
        var id = StoreForTests.text("SELECT store.begin_erasure('" + ACCOUNT + "', '" + address + "', 'grace', NULL)");
        StoreForTests.text("SELECT store.register_person('" + id + "', '" + address + "')");
        return id;
    }

    private static void carryOut(String id) {
        while (!StoreForTests.text("SELECT store.erase_conversations('" + id + "', 20)")
                .equals("0")) {
            // the function takes the next ones
        }
        while (!StoreForTests.text("SELECT store.erase_rest('" + id + "', 500)").equals("0")) {
            // the function takes the next ones
        }
        StoreForTests.text("SELECT store.mark_erasure('" + id + "', 'done', NULL)::text");
    }

    private static String everythingOf(String conversationSid) {
        return StoreForTests.text("""
                SELECT string_agg(r.row, ' ')
                FROM (
                    SELECT c::text FROM store.conversations c WHERE c.conversation_sid = '%1$s'
                    UNION ALL
                    SELECT p::text FROM store.participants p WHERE p.conversation_sid = '%1$s'
                    UNION ALL
                    SELECT m::text FROM store.messages m WHERE m.conversation_sid = '%1$s'
                ) r (row)
                """.formatted(conversationSid));
    }

    private static void joins(String conversationSid, String letter, String address) {
        StoreForTests.update(
                """
                INSERT INTO store.participants (
                    participant_sid, conversation_sid, account_sid, address, proxy_address, first_received_at, sources, versions
                )
                VALUES (?, ?, ?, ?, ?, now(), '{webhook}', '')
                """, "MB" + letter + conversationSid.substring(3), conversationSid, ACCOUNT, address, OURS);
    }

    private static void says(String conversationSid, int index, String address, String words) {
        StoreForTests.update(
                """
                INSERT INTO store.messages (
                    message_sid, conversation_sid, account_sid, index, author, body, is_stub, first_received_at, sources, versions
                )
                VALUES (?, ?, ?, ?, ?, ?, false, now(), '{webhook}', '')
                """, "IM" + index + conversationSid.substring(3), conversationSid, ACCOUNT, index, address, words);
    }

    @Test
    void anAddressIsFoundInWhateverCaseItIsWritten() {
        var sid = chatOf("Kim@Example.com");

        var run = setting.run(
                "erase", "--address", "kim@example.com", "--apply", "--json", "--receipt", receipt.toString());

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(body(sid)).isEmpty();
        assertThat(StoreForTests.text("SELECT coalesce(max(identity), '') FROM store.participants"))
                .isEmpty();
    }

    @Test
    void aHoldOnSomebodyKeepsTheirChatsFromRetention() {
        var sid = chatOf("kim@example.com");
        assertThat(setting.run("hold", "--address", "Kim@example.com", "--reason", "a dispute")
                        .status())
                .isZero();
        StoreForTests.update("""
                UPDATE store.conversations
                SET started_at = now() - interval '900 days',
                    last_message_at = now() - interval '900 days',
                    first_received_at = now() - interval '900 days'
                """);

        var id = StoreForTests.text("SELECT coalesce(max(r.id), '') FROM store.register_aged('all', '730 days', '"
                + ACCOUNT + "', NULL, 50) r");
        StoreForTests.text("SELECT store.erase_conversations('" + id + "', 50)::text");

        assertThat(body(sid)).isEqualTo("my words");
    }

    @Test
    void whatEndedAFlowIsCountedAnewWithoutTheWords() {
        var sid = conversation(ADA);
        StoreForTests.update("""
                INSERT INTO store.flow_executions (
                    execution_sid, account_sid, flow_sid, conversation_sid, started_at, ended_at, ended_reason, answers,
                    first_received_at, sources, versions
                )
                VALUES (
                    ?, ?, 'FW', ?, now() - interval '3 days', now(), 'Ada wants a call', '{"name": "Ada"}', now(),
                    '{flow_ended}', ''
                )
                """, "FN" + sid.substring(2), ACCOUNT, sid);
        StoreForTests.text("SELECT store.count_day((now() AT TIME ZONE 'UTC' - interval '3 days')::date)::text");
        assertThat(StoreForTests.text("SELECT ended_reason FROM store.flow_days"))
                .contains("Ada");

        assertThat(erase().status()).isZero();
        StoreForTests.update("UPDATE store.day_changes SET noted_at = now() - interval '1 hour'");
        StoreForTests.text("SELECT store.note_days_due(100)::text");
        StoreForTests.text("SELECT store.count_days_due(100)::text");

        assertThat(StoreForTests.text("SELECT execution_count || coalesce(ended_reason, '') FROM store.flow_days"))
                .isEqualTo("1");
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

    /// A conversation whose customer has no number.
    private String chatOf(String identity) {
        var sid = conversation(ADA);
        StoreForTests.update("UPDATE store.conversations SET customer_addresses = '{}', channel = 'chat'");
        StoreForTests.update("UPDATE store.participants SET address = NULL, identity = ?", identity);
        StoreForTests.update("UPDATE store.messages SET author = ?", identity);
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
