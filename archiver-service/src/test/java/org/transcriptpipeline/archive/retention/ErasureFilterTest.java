package org.transcriptpipeline.archive.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;

/// What was erased stays out, on the running archiver. The erasing itself is done by the functions that
/// `bin/transcripts erase` calls.
class ErasureFilterTest {

    private static final String OTHER = "+12025550177";

    static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver();
    }

    @AfterAll
    static void stop() {
        archiver.close();
        TestDatabase.clear(); // an erasure would keep other tests' events out
    }

    /// One test's erasure covers what another one tells as of a minute ago.
    @BeforeEach
    void forgetErasures() {
        archiver.database().execute("TRUNCATE store.erasures, store.erased_sids");
    }

    @Test
    void whatIsToldAgainOfAnErasedConversationIsNotStored() {
        var events = new Events().at(Instant.now().minusSeconds(60));
        List<TranscriptEvent> all = List.of(
                events.customerJoined(),
                events.fromCustomer(0, "my name is Ada"),
                events.fromFlow(1, "hello Ada"),
                events.delivery(1, "sent", null),
                events.flowEnded("FN" + events.conversationSid().substring(2)),
                events.unknown("onAda"));
        archiver.publish(all);
        awaitStored(events, 2);
        await().atMost(Duration.ofSeconds(20)) // the last one of them
                .until(() -> number(
                                "SELECT count(*) FROM store.unrecognised_events WHERE conversation_sid = ?",
                                events.conversationSid())
                        == 1);

        erase(Events.CUSTOMER);
        var rows = rows(events);
        assertThat(rows).hasSizeGreaterThanOrEqualTo(5).noneMatch(row -> row.contains(Events.CUSTOMER));
        assertThat(String.join("\n", rows)).doesNotContain("Ada", "beagle");

        archiver.publish(all); // a replay
        archiver.publish(
                events.fromCustomer(2, "late"),
                events.delivery(1, "delivered", null),
                status("SM" + events.messageSid(1).substring(2), Events.CUSTOMER, Instant.now()),
                status("SM" + "e".repeat(32), Events.CUSTOMER, Instant.now().minusSeconds(3600)));
        awaitDealtWith();

        assertThat(rows(events)).isEqualTo(rows);
        assertThat(number("SELECT count(*) FROM store.deliveries WHERE channel_message_sid = ?", "SM" + "e".repeat(32)))
                .isZero();
        assertThat(number(
                        "SELECT message_count FROM transcripts.conversations WHERE conversation_sid = ?",
                        events.conversationSid()))
                .isEqualTo(2);
        assertThat(dropped("conversation")).isPositive();
    }

    @Test
    void whatThePersonBeginsLaterIsStored() {
        var before = new Events().at(Instant.now().minusSeconds(60));
        archiver.publish(before.customerJoined(), before.fromCustomer(0, "once"));
        awaitStored(before, 1);
        erase(Events.CUSTOMER);

        var later = new Events().at(Instant.now().plusSeconds(1));
        archiver.publish(later.customerJoined(), later.fromCustomer(0, "again"));
        awaitStored(later, 1);

        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT body || ' ' || author FROM transcripts.messages WHERE conversation_sid = ?",
                                String.class,
                                later.conversationSid()))
                .isEqualTo("again " + Events.CUSTOMER);
    }

    @Test
    void ofAConversationThatTheStoreNeverHadWhatIsOlderThanTheErasureIsNotStored() {
        erase(Events.CUSTOMER);
        var spilled = new Events().at(Instant.now().minusSeconds(600));

        archiver.publish(spilled.customerJoined(), spilled.fromCustomer(0, "from the spill"), unknownFrom(spilled));
        awaitDealtWith();

        assertThat(rows(spilled)).isEmpty();
        assertThat(dropped("address")).isPositive();
        assertThat(dropped("record")).isPositive();
    }

    @Test
    void inAConversationOfSeveralTheOthersGoOn() {
        var events = new Events().at(Instant.now().minusSeconds(60));
        var ada = joined(events, "a", Events.CUSTOMER);
        var bob = joined(events, "b", OTHER);
        archiver.publish(
                ada,
                bob,
                events.fromCustomer(0, "I am Ada"),
                events.message(1, OTHER, "her number is " + Events.CUSTOMER, "{}"));
        awaitStored(events, 2);

        erase(Events.CUSTOMER);
        archiver.publish(
                ada,
                events.fromCustomer(0, "I am Ada"),
                events.at(Instant.now().plusSeconds(5)).fromCustomer(2, "Ada writes on"),
                events.message(3, OTHER, "Bob writes on", "{}"));
        awaitStored(events, 3);
        awaitDealtWith();

        assertThat(archiver.database()
                        .queryForList(
                                "SELECT concat_ws(': ', index, author, body) FROM store.messages WHERE conversation_sid = ? ORDER BY index",
                                String.class,
                                events.conversationSid()))
                .containsExactly("0", "1: " + OTHER + ": her number is [erased]", "3: " + OTHER + ": Bob writes on");
        assertThat(customer(events)).isEqualTo(OTHER);
    }

    @Test
    void inAConversationOfSeveralNeitherAComparisonNorAReplayBringsThePersonBack() {
        var events = new Events().at(Instant.now().minusSeconds(60));
        var bobsWords = events.message(1, OTHER, "her number is " + Events.CUSTOMER, "{}");
        var named = named(events, "Ada and Bob", Instant.now().minusSeconds(60));
        archiver.publish(
                joined(events, "a", Events.CUSTOMER),
                joined(events, "b", OTHER),
                named,
                events.fromCustomer(0, "I am Ada"),
                bobsWords);
        awaitStored(events, 2);
        await().atMost(Duration.ofSeconds(10)).until(() -> "Ada and Bob".equals(name(events)));
        erase(Events.CUSTOMER);

        archiver.publish(named, bobsWords);
        archiver.publish(
                named(events, "Ada and Bob", Instant.now().plusSeconds(1)),
                named(events, "Ada, of before", Instant.now().minusSeconds(90)),
                toldByTwilio(bobsWords, Instant.now().plusSeconds(1)));
        awaitDealtWith();

        assertThat(rows(events))
                .noneMatch(row -> row.contains("Ada") || row.contains(Events.CUSTOMER))
                .anyMatch(row -> row.contains("her number is [erased]"));
        var published = archiver.bean(ErasureFilter.class)
                .publishable(List.of(
                        named(events, "Ada and Bob", Instant.now().plusSeconds(1)),
                        toldByTwilio(bobsWords, Instant.now().plusSeconds(1))));
        assertThat(published)
                .hasSize(2)
                .allSatisfy(event -> assertThat(new String(new EventCodec().encode(event), StandardCharsets.UTF_8))
                        .doesNotContain("Ada", Events.CUSTOMER.substring(1))
                        .contains(Base64.getEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8))));

        // what the others call it from now on is theirs
        archiver.publish(named(events, "Bob alone", Instant.now().plusSeconds(2)));
        await().atMost(Duration.ofSeconds(30)).until(() -> "Bob alone".equals(name(events)));
    }

    @Test
    void whatRetentionTookComesBackOnlyAsFarAsItIsNew() {
        var events = new Events().at(Instant.now().minus(Duration.ofDays(400)));
        var old = events.fromCustomer(0, "of long ago");
        archiver.publish(events.customerJoined(), old);
        awaitStored(events, 1);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> number(
                                "SELECT count(last_message_at) FROM store.conversations WHERE conversation_sid = ?",
                                events.conversationSid())
                        == 1);
        age("365 days");
        var rows = rows(events);
        assertThat(rows).noneMatch(row -> row.contains("of long ago") || row.contains(Events.CUSTOMER));

        var toldNow = toldByTwilio(events.customerJoined(), Instant.now());
        archiver.publish(old, events.customerJoined(), toldNow); // a replay, and a comparison
        awaitDealtWith();
        assertThat(rows(events)).isEqualTo(rows);
        assertThat(dropped("aged")).isPositive();

        archiver.publish(events.at(Instant.now()).fromCustomer(1, "here again"));
        awaitStored(events, 2);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> number(
                                "SELECT count(*) FROM store.conversations WHERE conversation_sid = ? AND last_message_at > now() - interval '1 day'",
                                events.conversationSid())
                        == 1);
        assertThat(customer(events)).isNull();
        archiver.publish(toldByTwilio(toldNow, Instant.now().plusMillis(1)));
        await().atMost(Duration.ofSeconds(30)).until(() -> Events.CUSTOMER.equals(customer(events)));
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT body FROM transcripts.messages WHERE conversation_sid = ? ORDER BY index",
                                String.class,
                                events.conversationSid()))
                .containsExactly(null, "here again");
        assertThat(archiver.database()
                        .queryForObject(
                                "SELECT channel || message_count FROM transcripts.conversations WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .isEqualTo("sms2");
    }

    // ---- what the tool and the rounds do

    private static void erase(String address) {
        var database = archiver.database();
        var id = database.queryForObject(
                "SELECT store.begin_erasure(?, ?, 'somebody', NULL)", String.class, Events.ACCOUNT, address);
        database.queryForObject("SELECT store.register_person(?, ?)", Integer.class, id, address);
        database.execute("SELECT store.wait_for_merges()");
        database.queryForObject("SELECT store.register_person(?, ?)", Integer.class, id, address);
        repeat("SELECT store.erase_conversations(?, 50)", id);
        repeat("SELECT store.erase_rest(?, 50)", id);
        for (var place : List.of("unrecognised_events", "pre_action_events")) {
            database.queryForObject("SELECT store.erase_kept_events(?, ?, '', 1000)", String.class, id, place);
        }
        database.queryForObject("SELECT store.erase_quarantined(?)", Integer.class, id);
        database.execute("SELECT store.mark_erasure('" + id + "', 'done', NULL)");
    }

    private static void age(String after) {
        var id = archiver.database()
                .queryForObject(
                        "SELECT a.id FROM store.register_aged('old', ?::interval, NULL, NULL, 1000) a",
                        String.class,
                        after);
        repeat("SELECT store.erase_conversations(?, 50)", id);
    }

    private static void repeat(String statement, String id) {
        Integer dealtWith;
        do {
            dealtWith = archiver.database().queryForObject(statement, Integer.class, id);
        } while (dealtWith != null && dealtWith > 0);
    }

    // ---- what is told

    private static ParticipantAdded joined(Events events, String letter, String address) {
        var like = events.customerJoined();
        var binding = new Binding("SMS", List.of(address), null, Events.OURS, null);
        return new ParticipantAdded(
                events.conversationSid(),
                "MB" + letter + events.conversationSid().substring(3),
                new ParticipantFields(
                        null, binding, null, "{}", null, like.participant().dateCreated(), null, "IS1"),
                like.source());
    }

    private static ConversationUpdated named(Events events, String name, Instant receivedAt) {
        return new ConversationUpdated(
                events.conversationSid(),
                new ConversationFields(
                        "IS1", null, name, null, "{\"of\": \"" + name + "\"}", "active", null, null, null, receivedAt),
                source(name, receivedAt));
    }

    /// The same, as the answer of Twilio's API has it.
    private static MessageAdded toldByTwilio(MessageAdded event, Instant receivedAt) {
        return new MessageAdded(
                event.conversationSid(),
                event.messageSid(),
                event.message(),
                source(SourceKind.REST, event.message().body(), receivedAt));
    }

    private static ParticipantAdded toldByTwilio(ParticipantAdded event, Instant receivedAt) {
        return new ParticipantAdded(
                event.conversationSid(),
                event.participantSid(),
                event.participant(),
                source(SourceKind.REST, "participant", receivedAt));
    }

    private static MessageStatusUpdated status(String sid, String to, Instant receivedAt) {
        return new MessageStatusUpdated(
                sid, "delivered", null, null, Events.OURS, to, null, null, null, null, source(sid, receivedAt));
    }

    /// Of no conversation: only the bytes tell of whom.
    private static Unknown unknownFrom(Events events) {
        return new Unknown(
                Events.ACCOUNT,
                null,
                "event_type",
                source(
                        "From=" + Events.CUSTOMER.replace("+", "%2B"),
                        Instant.now().minusSeconds(600)));
    }

    private static Source source(String body, Instant receivedAt) {
        return source(SourceKind.STATUS_CALLBACK, body, receivedAt);
    }

    private static Source source(SourceKind kind, String body, Instant receivedAt) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return new Source(
                kind,
                EventId.of(Events.ACCOUNT, kind, bytes),
                Events.ACCOUNT,
                receivedAt,
                null,
                null,
                "application/x-www-form-urlencoded",
                null,
                null,
                null,
                bytes,
                List.of());
    }

    // ---- what is stored

    private static void awaitStored(Events events, int messages) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> number(
                                "SELECT count(*) FROM store.messages WHERE conversation_sid = ? AND NOT is_stub",
                                events.conversationSid())
                        == messages);
    }

    /// Something is stored that was published after all else, in each of the partitions.
    private static void awaitDealtWith() {
        var markers = Stream.generate(() -> new Events().at(Instant.now().plus(Duration.ofDays(2))))
                .limit(40)
                .toList();
        for (var marker : markers) {
            archiver.publish(
                    marker.message(0, OTHER, "marker", "{}"), status(channelSid(marker), OTHER, Instant.now()));
        }
        for (var marker : markers) {
            awaitStored(marker, 1);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> number(
                                    "SELECT count(*) FROM store.deliveries WHERE channel_message_sid = ?",
                                    channelSid(marker))
                            == 1);
        }
    }

    private static String channelSid(Events marker) {
        return "SM" + marker.conversationSid().substring(2);
    }

    private static List<String> rows(Events events) {
        return archiver.database()
                .queryForList("""
                        SELECT 'c' || c::text FROM store.conversations c WHERE c.conversation_sid = :sid
                        UNION ALL SELECT 'm' || m::text FROM store.messages m WHERE m.conversation_sid = :sid
                        UNION ALL SELECT 'p' || p::text FROM store.participants p WHERE p.conversation_sid = :sid
                        UNION ALL SELECT 'd' || d::text FROM store.deliveries d WHERE d.conversation_sid = :sid
                        UNION ALL SELECT 'x' || x::text FROM store.flow_executions x WHERE x.conversation_sid = :sid
                        UNION ALL SELECT 'h' || h::text FROM store.handoffs h WHERE h.conversation_sid = :sid
                        UNION ALL SELECT 'u' || u::text FROM store.unrecognised_events u WHERE u.conversation_sid = :sid
                        UNION ALL
                        SELECT 'v' || v::text
                        FROM store.delivery_events v
                        JOIN store.deliveries d USING (channel_message_sid)
                        WHERE d.conversation_sid = :sid
                        ORDER BY 1
                        """.replace(":sid", "'" + events.conversationSid() + "'"), String.class);
    }

    private static @Nullable String customer(Events events) {
        return archiver.database()
                .queryForObject(
                        "SELECT customer_address FROM transcripts.conversations WHERE conversation_sid = ?",
                        String.class,
                        events.conversationSid());
    }

    private static @Nullable String name(Events events) {
        return archiver.database()
                .queryForObject(
                        "SELECT friendly_name FROM store.conversations WHERE conversation_sid = ?",
                        String.class,
                        events.conversationSid());
    }

    private static long number(String sql, Object... arguments) {
        var number = archiver.database().queryForObject(sql, Long.class, arguments);
        return number == null ? 0 : number;
    }

    private static double dropped(String reason) {
        try {
            return archiver.managed("/actuator/prometheus")
                    .lines()
                    .filter(line ->
                            line.startsWith("transcripts_erased_events_total{") && line.contains('"' + reason + '"'))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
