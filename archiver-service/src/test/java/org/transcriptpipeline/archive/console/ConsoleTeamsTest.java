package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.archive.console.Caller.json;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.archive.access.ConversationAccess;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.access.TeamTransactions;
import org.transcriptpipeline.archive.handoff.Handoffs;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.rules.TakeLinks;
import org.transcriptpipeline.simulator.Sids;

/// What users of the API see whose team may see an account or a number, and what is written down of it.
class ConsoleTeamsTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SECRET = "a planted secret of links, long enough";
    private static final String PASSWORD = "a planted password of ";
    private static final String OTHER_ACCOUNT = Sids.account("teams " + System.nanoTime());

    private static RunningArchiver archiver;
    private static Caller caller;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(
                "--transcripts.settling.deadline=1s",
                "--transcripts.console.base-url=https://transcripts.example.com",
                "--transcripts.console.link-secret=" + SECRET,
                // the number that Events uses
                "--transcripts.console.users.north.password=" + PASSWORD + "north",
                "--transcripts.console.users.north.team=of-our-number",
                "--transcripts.console.users.north.role=operator",
                // another number of the same account
                "--transcripts.console.users.east.password=" + PASSWORD + "east",
                "--transcripts.console.users.east.team=of-another-number",
                "--transcripts.console.users.east.role=operator",
                // another account
                "--transcripts.console.users.south.password=" + PASSWORD + "south",
                "--transcripts.console.users.south.team=of-another-account",
                "--transcripts.console.users.south.role=operator",
                "--transcripts.console.users.west.password=" + PASSWORD + "west",
                "--transcripts.console.users.west.team=that-nobody-made",
                "--transcripts.console.users.west.role=operator",
                "--transcripts.console.users.head.password=" + PASSWORD + "head",
                "--transcripts.console.users.head.team=*",
                "--transcripts.console.users.head.role=operator",
                "--transcripts.console.failures-per-minute=100");
        caller = new Caller(archiver.url());
        archiver.database().update("""
                INSERT INTO store.team_scopes (team, account_sid, our_address)
                VALUES ('of-our-number', ?, ?), ('of-another-number', ?, '+12025550100'), ('of-another-account', ?, NULL)
                """, Events.ACCOUNT, Events.OURS, Events.ACCOUNT, OTHER_ACCOUNT);
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"north", "head"})
    void aHandoffIsShownToWhoSeesItsConversation(String user) throws Exception {
        var handoff = handedOver();

        var answer = get("/api/handoffs/" + handoff.id(), user);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("handoffId").stringValue()).isEqualTo(handoff.id());
        assertThat(reads(json(answer).path("conversationSid").stringValue()))
                .containsExactly(user + " " + (user.equals("head") ? "-" : "of-our-number")
                        + " transcripts_archiver api show_handoff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"east", "south", "west"})
    void toOtherTeamsItIsAsIfThereWereNone(String user) throws Exception {
        var events = stored();
        archiver.publish(events.flowEnded(null));
        await().atMost(SOON)
                .until(() -> Handoffs.of(archiver, events).versions().size() == 1);
        var id = Handoffs.of(archiver, events).id();
        var none = UUID.randomUUID().toString();

        assertSame(get("/api/handoffs/" + id, user), get("/api/handoffs/" + none, user));
        assertSame(post("/api/handoffs/" + id + "/take", user), post("/api/handoffs/" + none + "/take", user));
        assertSame(post("/api/handoffs/" + id + "/resend", user), post("/api/handoffs/" + none + "/resend", user));
        var path = "/api/conversations/" + events.conversationSid();
        assertSame(post(path + "/handoffs", user), post("/api/conversations/CHnone/handoffs", user));
        assertSame(post(path + "/flow/stop", user), post("/api/conversations/CHnone/flow/stop", user));

        assertThat(Handoffs.of(archiver, events).versions()).containsExactly("1 transcript 0/0");
        assertThat(json(get("/api/handoffs/" + id, "north")).path("takenBy").isNull())
                .isTrue();
        assertThat(reads(events.conversationSid()))
                .as("north's look, and nothing of who saw nothing")
                .hasSize(1);
    }

    @Test
    void anotherAccountIsSeenByItsOwnTeamAlone() throws Exception {
        var conversation = inOtherAccount();

        for (var user : List.of("north", "east", "west")) {
            assertThat(post("/api/conversations/" + conversation + "/handoffs", user)
                            .statusCode())
                    .as(user)
                    .isEqualTo(404);
        }
        var answer = post("/api/conversations/" + conversation + "/handoffs", "south");

        assertThat(answer.statusCode()).isEqualTo(202);
        var path = "/api/handoffs/" + json(answer).path("handoffId").stringValue();
        await().atMost(SOON).until(() -> get(path, "south").statusCode() == 200);
        assertThat(get(path, "north").statusCode()).isEqualTo(404);
        assertThat(json(get(path, "south")).path("requestedBy").stringValue()).isEqualTo("south");
        assertThat(reads(conversation))
                .contains(
                        "south of-another-account transcripts_archiver api request_handoff",
                        "south of-another-account transcripts_archiver api show_handoff")
                .allMatch(row -> row.startsWith("south "));
    }

    @Test
    void nobodySignsInWithSomebodyElsesPassword() throws Exception {
        assertThat(caller.get("/api/handoffs/x", "Authorization", Caller.basic("north", PASSWORD + "south"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(caller.get(
                                "/api/handoffs/x",
                                "Authorization",
                                Caller.basic(RunningArchiver.USERNAME, PASSWORD + "north"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoFollowsALinkIsWrittenDownByTheFingerprintOfTheDestination() throws Exception {
        var handoff = handedOver();
        var link = new TakeLinks(URI.create("https://transcripts.example.com"), SECRET)
                .link(handoff.id(), "00112233445566aa")
                .getPath();

        assertThat(caller.get(link).statusCode()).isEqualTo(200);
        assertThat(caller.post(link + "/take", "").statusCode()).isEqualTo(303);
        assertThat(caller.get(link + "x").statusCode()).isEqualTo(404);

        var conversation = json(get("/api/handoffs/" + handoff.id(), "head"))
                .path("conversationSid")
                .stringValue();
        assertThat(reads(conversation))
                .containsExactly(
                        "link:00112233445566aa - transcripts_archiver console show_handoff",
                        "link:00112233445566aa - transcripts_archiver console take_handoff",
                        "head - transcripts_archiver api show_handoff");
    }

    @Test
    void whatCannotBeWrittenDownIsNeitherShownNorDone() throws Exception {
        var handoff = handedOver();
        archiver.database().execute("ALTER TABLE store.reads ADD CONSTRAINT for_a_test CHECK (false) NOT VALID");
        try {
            var shown = get("/api/handoffs/" + handoff.id(), "north");
            var taken = post("/api/handoffs/" + handoff.id() + "/take", "north");

            assertThat(shown.statusCode()).isEqualTo(503);
            assertThat(shown.body()).doesNotContain(handoff.id(), Events.ACCOUNT);
            assertThat(taken.statusCode()).isEqualTo(503);
        } finally {
            archiver.database().execute("ALTER TABLE store.reads DROP CONSTRAINT for_a_test");
        }
        assertThat(json(get("/api/handoffs/" + handoff.id(), "north"))
                        .path("takenBy")
                        .isNull())
                .isTrue();
    }

    /// For pages that read the views themselves.
    @Test
    void aTeamsTransactionNarrowsEveryViewAndLeavesTheConnectionAsItWas() {
        var mine = stored().conversationSid();
        var other = inOtherAccount();
        var jdbc = archiver.bean(JdbcTemplate.class);
        var teams = archiver.bean(TeamTransactions.class);
        var south = new Reader("south", "of-another-account", Reader.Via.CONSOLE);

        for (int i = 0; i < 20; i++) { // more often than the pool has connections
            assertThat(teams.under(
                            south,
                            () -> jdbc.queryForList(
                                    "SELECT conversation_sid FROM transcripts.conversations", String.class)))
                    .contains(other)
                    .doesNotContain(mine);
            assertThat(jdbc.queryForList("SELECT conversation_sid FROM transcripts.conversations", String.class))
                    .contains(mine, other);
        }
        assertThatThrownBy(() -> teams.under(south, () -> teams.under(south, () -> List.<@Nullable Object>of())))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Reader("south", "", Reader.Via.API)).isInstanceOf(IllegalArgumentException.class);
        assertThat(archiver.bean(ConversationAccess.class).isOpen(south, mine, "show_handoff"))
                .isFalse();
    }

    @Test
    void aUserWithoutATeamStopsTheStart() {
        assertThatThrownBy(() -> properties("anna", new ConsoleProperties.User("secret", null, Role.VIEWER)))
                .hasMessageContaining("needs a password and a team")
                .hasMessageNotContaining("anna");
        assertThatThrownBy(() -> properties("anna", new ConsoleProperties.User(" ", "team", Role.VIEWER)))
                .hasMessageContaining("needs a password and a team");
        assertThatThrownBy(() -> properties("an:na", new ConsoleProperties.User("secret", "team", Role.VIEWER)))
                .hasMessageContaining("colon");
        assertThatThrownBy(() -> properties("front-desk", new ConsoleProperties.User("secret", "team", Role.VIEWER)))
                .hasMessageContaining("CONSOLE_USERNAME");
        assertThat(properties("anna", new ConsoleProperties.User("secret", "team", Role.VIEWER)))
                .asString()
                .doesNotContain("secret", "anna", "team");
    }

    private static ConsoleProperties properties(String name, ConsoleProperties.User user) {
        return new ConsoleProperties(
                "front-desk", "password", null, null, 10, Duration.ofHours(12), Map.of(name, user));
    }

    private static void assertSame(HttpResponse<String> hidden, HttpResponse<String> none) {
        assertThat(hidden.statusCode()).isEqualTo(404);
        assertThat(hidden.body()).isEqualTo(none.body());
    }

    private static HttpResponse<String> get(String path, String user) throws Exception {
        return caller.get(path, "Authorization", Caller.basic(user, PASSWORD + user));
    }

    private static HttpResponse<String> post(String path, String user) throws Exception {
        return caller.post(path, "", "Authorization", Caller.basic(user, PASSWORD + user));
    }

    private static List<String> reads(String conversationSid) {
        return archiver.database().queryForList("""
                SELECT concat_ws(' ', reader, coalesce(team, '-'), database_user, via, action)
                FROM transcripts.reads
                WHERE conversation_sid = ?
                ORDER BY read_id
                """, String.class, conversationSid);
    }

    private static Handoffs handedOver() {
        var events = stored();
        archiver.publish(events.flowEnded(null));
        var handoffs = Handoffs.of(archiver, events);
        await().atMost(SOON).until(() -> handoffs.versions().equals(List.of("1 transcript 0/0")));
        return handoffs;
    }

    private static Events stored() {
        var events = new Events("CH" + UUID.randomUUID().toString().replace("-", ""));
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "Hi there"));
        awaitStored(events.conversationSid());
        return events;
    }

    private static String inOtherAccount() {
        var conversation = "CH" + UUID.randomUUID().toString().replace("-", "");
        var body = ("of teams " + conversation).getBytes(StandardCharsets.UTF_8);
        archiver.publish(new ConversationAdded(
                conversation,
                ConversationFields.EMPTY,
                new Source(
                        SourceKind.WEBHOOK,
                        EventId.of(OTHER_ACCOUNT, SourceKind.WEBHOOK, body),
                        OTHER_ACCOUNT,
                        Instant.now(),
                        null,
                        null,
                        null,
                        "onConversationAdded",
                        null,
                        null,
                        body,
                        List.of())));
        awaitStored(conversation);
        return conversation;
    }

    private static void awaitStored(String conversationSid) {
        await().atMost(SOON)
                .until(() -> Boolean.TRUE.equals(archiver.database()
                        .queryForObject(
                                "SELECT EXISTS (SELECT FROM store.conversations WHERE conversation_sid = ?)",
                                Boolean.class,
                                conversationSid)));
    }
}
