package org.transcriptpipeline.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.Transcripts;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.simulator.Mischief;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.Webhook;
import org.transcriptpipeline.simulator.WebhookSender;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.MessageFields;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.ScopedWebhook;
import org.transcriptpipeline.simulator.world.Studio;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// Fault S6: two customers talk through the whole pipeline, in every place where something of a person can lie. One of
/// them is erased: nothing of her is found in any table, file or topic, nothing that is told again brings her back, and
/// the other one's rows are what they were, byte for byte.
@Tag("S6")
class ErasureIT {

    private static final String OURS = "+12025550199";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern HEX = Pattern.compile("\\\\x([0-9a-f]{8,})");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{12,}={0,2}");

    /// Somebody of whom every word is known.
    private record Person(String number, String name) {

        String digits() {
            return number.substring(1);
        }

        /// In `words` and in everything that is encoded in them.
        boolean isIn(String words) {
            return words.contains(digits()) || words.contains(name);
        }
    }

    private static final Person ADA = new Person("+16465550131", "Zebulonia");
    private static final Person BOB = new Person("+16465550132", "Quintessio");

    @TempDir
    Path directory;

    private StandaloneProcess standalone;
    private TwilioWorld world;
    private Map<String, String> environment;

    @Test
    void nothingOfAnErasedPersonIsFoundAnywhereAndNothingBringsHerBack() throws Exception {
        try (var process = StandaloneProcess.withAccount(directory.resolve("data"), "erasure")) {
            standalone = process;
            world = new TwilioWorld(standalone.accountSid(), 20261126, Clock.systemUTC());
            var flow = world.studio().createFlow("Hotline", true, "{}", null);
            environment = standalone.toolEnvironment();
            standalone.with("PUBLIC_BASE_URL", StandaloneProcess.PUBLIC_BASE_URL);
            standalone.with("TRANSCRIPTS_SETTLING_QUIETWINDOW", "1s");
            standalone.with("TRANSCRIPTS_SETTLING_DEADLINE", "5s");
            try (var rest = standalone.restStandIn(world);
                    var twilio = standalone.twilio()) {
                environment.put("TWILIO_API_BASE_URL", rest.baseUrl().toString());
                standalone.start();
                talk(rest, twilio, flow.sid());

                var before = tables();
                var records = topics();
                theyAreEverywhere(before, records);
                assertThat(files(ADA)).hasSize(1);
                var bobs = rowsOf(BOB, before);

                underHoldNothingIsErased(before);
                var receipt = erase("--keep-twilio");

                assertThat(receipt).contains("\"state\" : \"erased\"").doesNotContain(ADA.digits(), ADA.name());
                assertThat(holding(ADA, tables())).isEmpty();
                assertThat(holding(ADA, topics().stream().map(ErasureIT::text).toList()))
                        .isEmpty();
                assertThat(files(ADA)).isEmpty();
                assertThat(files(BOB)).hasSize(1);
                assertThat(rowsOf(BOB, tables())).isEqualTo(bobs);
                countsAreLeft();

                aComparisonBringsNothingBack();
                whatIsToldAgainBringsNothingBack(records, twilio);
                assertThat(merged(rowsOf(BOB, tables()))).isEqualTo(merged(bobs));

                assertThat(erase()).contains("\"deleted\" : 1", "\"failed\" : 0");
                assertThat(world.conversations()).hasSize(1);
                assertThat(holding(ADA, tables())).isEmpty();
                assertThat(holding(ADA, topics().stream().map(ErasureIT::text).toList()))
                        .isEmpty();

                sheMayComeAgain(twilio);
            }
        }
    }

    // ---- what happens

    private void talk(RestStandIn rest, TwilioSimulator twilio, String flowSid) throws Exception {
        try (var webhooks = new WebhookSender(world, twilio, Mischief.NONE)) {
            for (var person : List.of(ADA, BOB)) {
                var picture = new Media(sid("ME", person), "image/png", person.name() + ".png", 24);
                rest.hasContent(picture.sid(), "image/png", png(person));
                var first = world.inbound(person.number(), OURS, "Hi, I am " + person.name())
                        .orElseThrow();
                world.inbound(person.number(), OURS, "this is me", List.of(picture))
                        .orElseThrow();
                var sid = first.conversationSid();
                world.edit(first.sid(), MessageFields.body("I am " + person.name() + "!"), Origin.REST_WITH_WEBHOOK);
                var reply = world.byRest(
                        sid,
                        MessageFields.of("bot", "Hello " + person.name() + " at " + person.number()),
                        Origin.REST_WITH_WEBHOOK);
                world.bySdk(sid, "agent-7", "I take care of " + person.name());
                world.deliver(reply.sid(), DeliveryStatus.SENT, null);
                world.deliver(reply.sid(), DeliveryStatus.UNDELIVERED, 30003);
                world.attach(sid, ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flowSid, 0));
                var execution = world.studio().executionsOf(sid).getLast();
                world.studio()
                        .callAtEnd(
                                execution.sid(),
                                Map.of("breed", person.name() + "'s beagle", "note", "ask " + person.name()));
                world.studio().end(execution.sid(), Studio.FLOW_END);
            }
            assertThat(webhooks.awaitQuiet(SOON)).isTrue();
        }
        for (var person : List.of(ADA, BOB)) {
            twilio.post(form(
                    Webhook.MESSAGE_STATUS,
                    "MessageSid",
                    sid("SM", person),
                    "MessageStatus",
                    "undelivered",
                    "ErrorCode",
                    "30003",
                    "ErrorMessage",
                    "not for " + person.name(),
                    "From",
                    OURS,
                    "To",
                    person.number()));
            twilio.post(form(
                    Webhook.CONVERSATIONS,
                    "EventType",
                    "onSomethingNew",
                    "Author",
                    person.number(),
                    "Body",
                    person.name()));
            twilio.post(form(
                    Webhook.CONVERSATIONS,
                    "EventType",
                    "onMessageAdd",
                    "ConversationSid",
                    conversation(person),
                    "Author",
                    person.number(),
                    "Body",
                    "may I? " + person.name()));
            // of nobody's making: the raw body inside is what is left to find
            produce(
                    Topics.EVENTS,
                    conversation(person).getBytes(UTF_8),
                    ("{\"type\":\"message.added\",\"source\":{\"body\":\""
                                    + Base64.getEncoder()
                                            .encodeToString(("Author=%2B" + person.digits() + "&Body=" + person.name())
                                                    .getBytes(UTF_8))
                                    + "\"}}")
                            .getBytes(UTF_8));
            try (var stranger = new TwilioSimulator(
                    URI.create("http://127.0.0.1:" + environment.get("INGEST_PORT")),
                    StandaloneProcess.PUBLIC_BASE_URL,
                    standalone.accountSid(),
                    "a-token-of-the-day-before")) {
                stranger.post(form(
                        Webhook.CONVERSATIONS,
                        "EventType",
                        "onMessageAdded",
                        "Author",
                        person.number(),
                        "Body",
                        person.name()));
            }
        }
        await("mails").atMost(SOON).until(() -> standalone.mails().size() >= 2);
        await("all is stored").atMost(SOON).until(() -> count("""
                        SELECT
                            (SELECT count(*) FROM store.messages WHERE NOT is_stub)
                            + (SELECT count(*) FROM store.quarantined_records)
                            + (SELECT count(*) FROM store.unrecognised_events)
                            + (SELECT count(*) FROM store.pre_action_events)
                            + (SELECT count(*) FROM store.media_files WHERE status = 'stored')
                        """) == 8 + 2 + 2 + 2 + 2);
        await("nothing is under way").during(Duration.ofSeconds(6)).atMost(SOON).until(() -> count("""
                        SELECT
                            (SELECT count(*) FROM store.reconciliations)
                            + (SELECT count(*) FROM store.handoffs WHERE status = 'settling')
                            + (SELECT count(*) FROM store.handoffs WHERE look_at IS NOT NULL OR follow_up_at IS NOT NULL)
                            + (SELECT count(*) FROM handoff.scheduled_tasks)
                        """) == 0);
    }

    /// Else what is not found later would prove nothing.
    private static void theyAreEverywhere(List<String> tables, List<ConsumerRecord<byte[], byte[]>> records) {
        for (var person : List.of(ADA, BOB)) {
            assertThat(holding(person, tables).stream().map(row -> row.substring(0, row.indexOf(' '))))
                    .contains(
                            "store.conversations",
                            "store.messages",
                            "store.message_revisions",
                            "store.participants",
                            "store.deliveries",
                            "store.flow_executions",
                            "store.handoffs",
                            "store.handoff_snapshots",
                            "store.media_files",
                            "store.unrecognised_events",
                            "store.pre_action_events",
                            "store.quarantined_records");
            assertThat(records.stream()
                            .filter(one -> person.isIn(text(one)))
                            .map(ConsumerRecord::topic)
                            .distinct())
                    .contains(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.QUARANTINE);
        }
    }

    private void underHoldNothingIsErased(List<String> before) throws Exception {
        var run = transcripts("hold", "--address", ADA.number(), "--reason", "case 7", "--json");
        var id = run.out().replaceFirst("(?s).*\"holdId\" : \"([^\"]+)\".*", "$1");

        var refused = transcripts("erase", "--address", ADA.number(), "--apply", "--topics");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains(id);
        assertThat(holding(ADA, tables())).isEqualTo(holding(ADA, before));
        assertThat(transcripts("hold", "--release", id).status()).isZero();
    }

    private String erase(String... more) throws IOException {
        var file = directory.resolve("receipt.json");
        var run = transcripts(Stream.concat(
                        Stream.of(
                                "erase",
                                "--address",
                                ADA.number(),
                                "--apply",
                                "--topics",
                                "--receipt",
                                file.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(ADA.isIn(run.out() + run.err())).isFalse();
        return Files.readString(file);
    }

    private void countsAreLeft() {
        assertThat(standalone.database().sql("""
                                SELECT concat_ws(' ', message_count, inbound_count, outbound_count, failed_count, channel)
                                FROM transcripts.conversations
                                ORDER BY first_received_at
                                """).query(String.class).list())
                .hasSize(2)
                .allMatch("4 2 2 1 sms"::equals);
    }

    private void aComparisonBringsNothingBack() throws Exception {
        var run = transcripts("reconcile", "--conversation", conversation(ADA), "--wait", "--timeout", "PT30S");

        assertThat(run.out() + run.err()).doesNotContain(ADA.digits());
        await("the request is dealt with")
                .atMost(SOON)
                .until(() -> count("SELECT count(*) FROM store.reconciliations") == 0);
        assertThat(holding(ADA, tables())).isEmpty();
        assertThat(holding(ADA, topics().stream().map(ErasureIT::text).toList()))
                .isEmpty();
    }

    /// All records again, as from a backup of Kafka or a spill, and a callback that comes late.
    private void whatIsToldAgainBringsNothingBack(List<ConsumerRecord<byte[], byte[]>> records, TwilioSimulator twilio)
            throws Exception {
        for (var one : records) {
            if (one.topic().equals(Topics.EVENTS) || one.topic().equals(Topics.DELIVERY_STATUSES)) {
                produce(one.topic(), one.key(), one.value());
            }
        }
        twilio.post(form(
                Webhook.MESSAGE_STATUS,
                "MessageSid",
                sid("SM", ADA),
                "MessageStatus",
                "delivered",
                "From",
                OURS,
                "To",
                ADA.number()));
        await("all of it is read")
                .atMost(SOON)
                .until(() -> storedOffsets().equals(ends(List.of(Topics.EVENTS, Topics.DELIVERY_STATUSES))));

        assertThat(holding(ADA, tables())).isEmpty();
    }

    private void sheMayComeAgain(TwilioSimulator twilio) throws Exception {
        try (var webhooks = new WebhookSender(world, twilio, Mischief.NONE)) {
            world.inbound(ADA.number(), OURS, "It is me again").orElseThrow();
            assertThat(webhooks.awaitQuiet(SOON)).isTrue();
        }
        await("her new conversation is stored")
                .atMost(SOON)
                .until(() -> count("SELECT count(*) FROM store.messages WHERE body = 'It is me again'") == 1);
        assertThat(count("SELECT count(*) FROM transcripts.conversations WHERE customer_address = '" + ADA.number()
                        + "'"))
                .isEqualTo(1);
    }

    // ---- what there is

    /// Every row of every table, with its name before it and in plain what is encoded in it.
    private List<String> tables() {
        var rows = new ArrayList<String>();
        for (var table : standalone.database().sql("""
                        SELECT format('%I.%I', n.nspname, c.relname)
                        FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                            AND n.nspname NOT LIKE 'pg\\_toast%'
                        ORDER BY 1
                        """).query(String.class).list()) {
            standalone
                    .database()
                    .sql("SELECT t::text FROM " + table + " t ORDER BY 1")
                    .query(String.class)
                    .list()
                    .forEach(row -> rows.add(table + " " + inPlain(row)));
        }
        return rows;
    }

    private static List<String> holding(Person person, List<String> all) {
        return all.stream().filter(person::isIn).toList();
    }

    /// What names the person or the conversation. Positions are everybody's, and what waits to be searchable or counted
    /// comes and goes.
    private List<String> rowsOf(Person person, List<String> tables) {
        var sid = conversation(person);
        return tables.stream()
                .filter(row -> person.isIn(row) || row.contains(sid))
                .filter(row -> !row.matches("(?s)store\\.(consumer_offsets|search_changes|day_changes) .*"))
                .toList();
    }

    /// A record that cannot be read is set aside once more when it comes once more.
    private static List<String> merged(List<String> rows) {
        return rows.stream()
                .filter(row -> !row.startsWith("store.quarantined_records "))
                .toList();
    }

    private static String inPlain(String row) {
        var plain = new StringBuilder(row);
        HEX.matcher(row).results().forEach(hex -> {
            var digits = hex.group(1);
            var bytes = HexFormat.of().parseHex(digits.substring(0, digits.length() / 2 * 2));
            plain.append(' ').append(new String(bytes, ISO_8859_1));
        });
        return withBase64(plain.toString());
    }

    private static String withBase64(String words) {
        var plain = new StringBuilder(words);
        BASE64.matcher(words).results().forEach(found -> {
            var whole = found.group().replace("=", "");
            var decoded =
                    new String(Base64.getDecoder().decode(whole.substring(0, whole.length() / 4 * 4)), ISO_8859_1);
            plain.append(' ').append(decoded);
            if (whole.length() % 4 > 1) {
                plain.append(
                        new String(Base64.getDecoder().decode(whole.substring(whole.length() / 4 * 4)), ISO_8859_1));
            }
        });
        return plain.toString();
    }

    /// Of this picture, by its hash.
    private List<Path> files(Person person) throws Exception {
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(png(person)));
        try (var all = Files.walk(directory.resolve("data").resolve("media"))) {
            return all.filter(file -> file.endsWith(hash)).toList();
        }
    }

    private static byte[] png(Person person) {
        var head = new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        var name = person.name().getBytes(UTF_8);
        var bytes = Arrays.copyOf(head, head.length + name.length);
        System.arraycopy(name, 0, bytes, head.length, name.length);
        return bytes;
    }

    // ---- Kafka

    private List<ConsumerRecord<byte[], byte[]>> topics() {
        var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        environment.get("SPRING_KAFKA_BOOTSTRAP_SERVERS"),
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.listTopics().values().stream()
                    .flatMap(List::stream)
                    .filter(info -> !info.topic().startsWith("__"))
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    private static String text(ConsumerRecord<byte[], byte[]> one) {
        var words = new StringBuilder(one.topic()).append(' ');
        for (var part : new byte[][] {one.key(), one.value()}) {
            words.append(part == null ? "" : new String(part, ISO_8859_1)).append(' ');
        }
        one.headers()
                .forEach(h -> words.append(new String(h.value(), ISO_8859_1)).append(' '));
        return withBase64(words.toString());
    }

    private void produce(String topic, byte[] key, byte[] value) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", environment.get("SPRING_KAFKA_BOOTSTRAP_SERVERS")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value));
        }
    }

    private Map<String, Long> ends(List<String> topics) {
        var ends = new HashMap<String, Long>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", environment.get("SPRING_KAFKA_BOOTSTRAP_SERVERS")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            for (var topic : topics) {
                var partitions = consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
                consumer.endOffsets(partitions).forEach((partition, end) -> {
                    if (end > 0) {
                        ends.put(partition.toString(), end);
                    }
                });
            }
        }
        return ends;
    }

    private Map<String, Long> storedOffsets() {
        var offsets = new HashMap<String, Long>();
        standalone
                .database()
                .sql("SELECT topic || '-' || partition, next_offset FROM store.consumer_offsets WHERE next_offset > 0")
                .query(row -> {
                    offsets.put(row.getString(1), row.getLong(2));
                });
        return offsets;
    }

    // ---- small things

    private String conversation(Person person) {
        return world.conversations().stream()
                .filter(one -> world.messages(one.sid()).stream()
                        .anyMatch(m -> person.number().equals(m.author())))
                .findFirst()
                .orElseThrow()
                .sid();
    }

    private static String sid(String prefix, Person person) {
        return prefix + (person.equals(ADA) ? "a" : "b").repeat(32);
    }

    private Webhook form(String path, String... parameters) {
        var all = new ArrayList<Parameter>();
        all.add(new Parameter("AccountSid", standalone.accountSid()));
        for (int i = 0; i < parameters.length; i += 2) {
            all.add(new Parameter(parameters[i], parameters[i + 1]));
        }
        return new Webhook(path, path, all, "token-" + all.hashCode());
    }

    private long count(String sql) {
        return standalone.database().sql(sql).query(Long.class).single();
    }

    private record Run(int status, String out, String err) {}

    private Run transcripts(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var status = Transcripts.run(
                new Surroundings(
                        environment,
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        Clock.systemUTC()),
                arguments);
        return new Run(status, out.toString(UTF_8), err.toString(UTF_8));
    }
}
