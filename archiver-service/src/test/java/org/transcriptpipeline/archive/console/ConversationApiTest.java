package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.archive.console.Caller.json;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.simulator.Sids;
import tools.jackson.databind.JsonNode;

/// Conversations as the API lists and shows them.
class ConversationApiTest {

    private static final String ACCOUNT = Sids.account("conversation api " + System.nanoTime());
    private static final String PASSWORD = "a planted password of ";
    private static final Pattern NEXT = Pattern.compile("<(.+)>; rel=\"next\"");
    private static final int CONVERSATIONS = 20;

    private static RunningArchiver archiver;
    private static Caller caller;

    /// Twenty, one a day, the two of each even day and the day before it at the same moment; number 20 is the newest.
    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(
                "--transcripts.search.check-interval=100ms",
                "--transcripts.console.users.desk.password=" + PASSWORD + "desk",
                "--transcripts.console.users.desk.team=conversations-of-one-account",
                "--transcripts.console.users.east.password=" + PASSWORD + "east",
                "--transcripts.console.users.east.team=conversations-of-one-number",
                "--transcripts.console.users.west.password=" + PASSWORD + "west",
                "--transcripts.console.users.west.team=conversations-of-nobody");
        caller = new Caller(archiver.url());
        var database = TestDatabase.superuser();
        database.update("""
                INSERT INTO store.team_scopes (team, account_sid, our_address)
                VALUES ('conversations-of-one-account', ?, NULL), ('conversations-of-one-number', ?, '+12025550199')
                """, ACCOUNT, ACCOUNT);
        database.update("""
                INSERT INTO store.conversations (
                    conversation_sid, account_sid, state, closed_at, started_at, last_message_at, first_received_at, sources,
                    versions, channel, our_address, customer_addresses, message_count, failed_count, missing_count, missing_since
                )
                SELECT
                    'CHa71' || lpad(n::text, 29, '0'), ?, 'active', CASE WHEN n = 1 THEN t.at END, t.at, t.at, t.at, '{webhook}', '',
                    CASE WHEN n = 2 THEN 'whatsapp' ELSE 'sms' END,
                    CASE WHEN n <= 3 THEN '+12025550199' ELSE '+12025550198' END,
                    ARRAY['+12025550' || lpad(n::text, 3, '0')], 1,
                    CASE WHEN n = 4 THEN 1 ELSE 0 END, CASE WHEN n = 5 THEN 2 ELSE 0 END, CASE WHEN n = 5 THEN t.at END
                FROM generate_series(1, ?) n
                CROSS JOIN LATERAL (SELECT timestamptz '2026-10-01Z' + (n / 2) * interval '1 day' AS at) t
                """, ACCOUNT, CONVERSATIONS);
        database.update("""
                INSERT INTO store.participants (
                    participant_sid, conversation_sid, account_sid, address, proxy_address, binding_type, joined_at,
                    first_received_at, sources, versions
                )
                SELECT
                    'MB' || substr(c.conversation_sid, 3), c.conversation_sid, c.account_sid, c.customer_addresses[1],
                    c.our_address, 'SMS', c.started_at, c.started_at, '{webhook}', ''
                FROM store.conversations c
                WHERE c.account_sid = ?
                """, ACCOUNT);
        database.update("""
                INSERT INTO store.messages (
                    message_sid, conversation_sid, account_sid, index, author, body, sent_at, is_stub, first_received_at, sources,
                    versions
                )
                SELECT
                    'IM' || substr(c.conversation_sid, 3), c.conversation_sid, c.account_sid, 0, c.customer_addresses[1],
                    CASE WHEN c.conversation_sid LIKE '%07' THEN 'Where is the zeppelin?' ELSE 'Hello' END,
                    c.started_at, false, c.started_at, '{webhook}', ''
                FROM store.conversations c
                WHERE c.account_sid = ?
                """, ACCOUNT);
        database.update(
                "INSERT INTO store.search_changes (message_sids) VALUES (ARRAY[?])", "IM" + sid(7).substring(2));
        database.update("""
                INSERT INTO store.flow_executions (
                    execution_sid, account_sid, flow_sid, conversation_sid, started_at, answers, first_received_at, sources, versions
                )
                VALUES ('FN6', ?, 'FW6', ?, now(), '{"breed": "beagle", "none": null}', now(), '{webhook}', '')
                """, ACCOUNT, sid(6));
        database.update("""
                INSERT INTO store.handoffs (
                    handoff_id, account_sid, conversation_sid, trigger, status, requested_at, deadline_at, next_check_at
                )
                VALUES (?, ?, ?, 'on_demand', 'expired', now(), now(), now())
                """, "of " + sid(6), ACCOUNT, sid(6));
        database.update("""
                INSERT INTO handoff.deliveries (
                    handoff_id, version, destination_kind, destination, account_sid, conversation_sid, status, give_up_at,
                    message_id, snapshot_sha256
                )
                VALUES (?, 1, 'email', 'desk@example.com', ?, ?, 'planned', now(), 'an id', 'a hash')
                """, "of " + sid(6), ACCOUNT, sid(6));
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @Test
    void pageByPageEachComesOnceAlsoWhileOthersArrive() throws Exception {
        var seen = new ArrayList<String>();
        @Nullable String path = "/api/conversations?limit=3&until=2026-12-01&our-address=%2B12025550198";
        int page = 0;
        try {
            while (path != null) {
                var answer = get(path);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                sids(answer).forEach(seen::add);
                path = next(answer);
                var cursor = json(answer).path("next");
                assertThat(cursor.isNull()).isEqualTo(path == null);
                if (path != null) {
                    assertThat(path).endsWith("cursor=" + cursor.stringValue()).contains("our-address=%2B12025550198");
                }
                arrives(page++);
            }
        } finally {
            TestDatabase.superuser().update("DELETE FROM store.conversations WHERE conversation_sid LIKE 'CHlate%'");
        }

        var expected = new ArrayList<String>();
        for (int n = CONVERSATIONS; n >= 4; n--) {
            expected.add(sid(n));
        }
        assertThat(seen).containsExactlyElementsOf(expected);
        assertThat(page).isEqualTo(6);
    }

    /// One that is newer than all, and one of the last page.
    private static void arrives(int page) {
        for (var at : List.of("2026-11-01Z", "2026-10-01Z")) {
            TestDatabase.superuser()
                    .update(
                            """
                            INSERT INTO store.conversations (
                                conversation_sid, account_sid, last_message_at, first_received_at, sources, versions, our_address
                            )
                            VALUES (?, ?, ?::timestamptz, now(), '{webhook}', '', ?)
                            """,
                            "CHlate" + at.charAt(6) + page,
                            ACCOUNT,
                            at,
                            // what is behind would rightly be told
                            at.startsWith("2026-11") ? "+12025550198" : "+12025550100");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state=closed | 1",
                "channel=whatsapp | 2",
                "our-address=%2B12025550199 | 3 2 1",
                "failed=true | 4",
                "verdict=gap | 5",
                "flow=FW6 | 6",
                "flow=FW7 |",
                "handed-over=true | 6",
                "since=2026-10-11 | 20",
                "since=2026-10-10T00:00:00.000001Z | 20",
                "until=2026-10-02T00:00:00Z | 1",
                "until=2026-10-03&since=2026-10-02 | 3 2",
                "verdict=complete |",
                "failed=true&handed-over=true |",
                "limit=2&failed=false | 20 19"
            })
    void eachFilterFinds(String query, @Nullable String numbers) throws Exception {
        var answer = get("/api/conversations?" + query);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(sids(answer)).containsExactlyElementsOf(expected(numbers));
    }

    private static List<String> expected(@Nullable String numbers) {
        return numbers == null
                ? List.of()
                : Pattern.compile(" ")
                        .splitAsStream(numbers)
                        .map(number -> sid(Integer.parseInt(number)))
                        .toList();
    }

    @Test
    void aCustomerAndWordsAreAskedForInABody() throws Exception {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> sids(search("{\"text\": \"zeppelin\"}")).equals(List.of(sid(7))));

        var found = json(search("{\"text\": \"zeppelin\", \"limit\": 5, \"failed\": false, \"state\": null}"))
                .at("/conversations/0");
        assertThat(found.path("highlight").stringValue()).contains("«zeppelin»");
        assertThat(found.path("lastText").stringValue()).startsWith("Where is");
        assertThat(sids(search("{\"customer\": \"+12025550008\"}"))).containsExactly(sid(8));
        assertThat(sids(search("{\"customer\": \"+12025550008\", \"text\": \"zeppelin\"}")))
                .isEmpty();
        assertThat(sids(search("{\"ourAddress\": \"+12025550199\", \"handedOver\": true}")))
                .isEmpty();
        assertThat(search("{\"text\": \"zeppelin\"}").headers().firstValue("Link"))
                .isEmpty();
    }

    @Test
    void aSearchGoesOnWhereItsPageEnded() throws Exception {
        var first = search("{\"limit\": 19}");
        var second = search(
                "{\"limit\": 19, \"cursor\": \"" + json(first).path("next").stringValue() + "\"}");

        assertThat(sids(first)).hasSize(19);
        assertThat(sids(second)).containsExactly(sid(1));
        assertThat(json(second).path("next").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=many",
                "state=asleep",
                "state=active&state=closed",
                "verdict=whatever",
                "channel=fax",
                "flow=FW%27%20OR%201=1",
                "our-address=",
                "our-address=%00x",
                "failed=yes",
                "handed-over=1",
                "since=yesterday",
                "since=%2B100000000-01-01T00:00:00Z",
                "cursor=yesterday",
                "cursor=",
                "cursor=f________38AAAAAQ0hYWA",
                "customer=%2B12025550008",
                "text=zeppelin",
                "adress=x"
            })
    void whatIsWrongIsSaidWithoutAnEcho(String query) throws Exception {
        var answer = get("/api/conversations?" + query);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(answer).path("detail").stringValue())
                .isNotBlank()
                .doesNotContain("OR 1", "yesterday", "asleep", "12025550008", "zeppelin", "adress");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "zeppelin",
                "[\"zeppelin\"]",
                "{\"text\": {\"zeppelin\": 1}}",
                "{\"text\": \" \"}",
                "{\"text\": \"zeppelin \\u0000\"}",
                "{\"customer\": \"zeppelin \\ud800\"}",
                "{\"our-address\": \"zeppelin\"}",
                "{\"zeppelin\": true}",
                "{\"limit\": 201}",
                "{\"limit\": \"zeppelin\"}"
            })
    void aWrongBodyIsToldWithoutAnEcho(String body) throws Exception {
        var answer = search(body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(answer).path("detail").stringValue()).isNotBlank().doesNotContain("zeppelin");
        assertThat(search("{\"text\": \"" + "x".repeat(20_000) + "\"}").statusCode())
                .isEqualTo(413);
    }

    @Test
    void oneIsShownWithWhatBelongsToIt() throws Exception {
        var answer = get("/api/conversations/" + sid(6));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var details = json(answer);
        assertThat(details.at("/conversation/conversationSid").stringValue()).isEqualTo(sid(6));
        assertThat(details.at("/conversation/activeAt").stringValue()).isEqualTo("2026-10-04T00:00:00Z");
        assertThat(details.at("/conversation/firstResponseSeconds").isNull()).isTrue();
        assertThat(details.at("/participants/0/address").stringValue()).isEqualTo("+12025550006");
        assertThat(details.at("/flowExecutions/0/flowSid").stringValue()).isEqualTo("FW6");
        assertThat(details.at("/flowExecutions/0/answers/breed").stringValue()).isEqualTo("beagle");
        assertThat(details.at("/flowExecutions/0/answers/none").isNull()).isTrue();
        assertThat(details.at("/handoffs/0/status").stringValue()).isEqualTo("expired");
        assertThat(details.at("/handoffs/0/deliveries/0/destination").stringValue())
                .isEqualTo("desk@example.com");
        assertThat(json(get("/api/conversations/" + sid(7))).path("handoffs")).isEmpty();
    }

    @Test
    void aTeamSeesItsOwnAlone() throws Exception {
        assertThat(sids(get("/api/conversations", "east"))).containsExactly(sid(3), sid(2), sid(1));
        assertThat(sids(get("/api/conversations", "west"))).isEmpty();
        assertThat(get("/api/conversations/" + sid(3), "east").statusCode()).isEqualTo(200);
        var hidden = get("/api/conversations/" + sid(4), "east");
        var none = get("/api/conversations/CHnone", "east");
        assertThat(hidden.statusCode()).isEqualTo(404);
        assertThat(hidden.body()).isEqualTo(none.body());
        assertThat(header(none, "Content-Type")).startsWith("application/problem+json");
        assertThat(get("/api/conversations/CH%27", "east").body()).isEqualTo(none.body());
        assertThat(caller.get("/api/conversations").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/conversations?limit=2", "/api/conversations/%s", "/api/openapi.json"})
    void whatSomebodyHasIsNotSentAgain(String pattern) throws Exception {
        var path = pattern.replace("%s", sid(9));
        var first = get(path);
        var tag = header(first, "ETag");

        assertThat(tag).matches("\"[0-9a-f]{64}\"");
        assertThat(header(first, "Cache-Control"))
                .contains("private")
                .contains("no-cache")
                .doesNotContain("no-store");
        assertThat(get(path).body()).isEqualTo(first.body());
        for (var condition : List.of(tag, "W/" + tag, "\"other\", " + tag)) {
            var again = caller.get(path, "Authorization", signIn("desk"), "If-None-Match", condition);
            assertThat(again.statusCode()).as(condition).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(header(again, "ETag")).isEqualTo(tag);
        }
        assertThat(caller.get(path, "Authorization", signIn("desk"), "If-None-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(caller.get(path, "If-None-Match", tag).statusCode()).isEqualTo(401);
    }

    @Test
    void whoIsShownWhatIsWrittenDown() throws Exception {
        var before = reads(null).size();

        get("/api/conversations?limit=7&state=active");
        get("/api/conversations/" + sid(11));
        get("/api/conversations/CHnone");

        assertThat(reads(null).subList(before, reads(null).size()))
                .containsExactly("desk list_conversations 7 conversations of a list");
        assertThat(reads(sid(11))).containsExactly("desk show_conversation");
    }

    private static List<String> reads(@Nullable String conversation) {
        return database().queryForList("""
                SELECT concat_ws(' ', r.reader, r.action, r.detail)
                FROM transcripts.reads r
                WHERE r.account_sid = ? AND r.conversation_sid IS NOT DISTINCT FROM ?
                ORDER BY r.read_id
                """, String.class, ACCOUNT, conversation);
    }

    private static JdbcTemplate database() {
        return TestDatabase.superuser();
    }

    private static String sid(int number) {
        return "CHa71" + "%029d".formatted(number); // no other test has such
    }

    private static List<String> sids(HttpResponse<String> answer) {
        return json(answer)
                .path("conversations")
                .valueStream()
                .map(ConversationApiTest::sid)
                .toList();
    }

    private static String sid(JsonNode row) {
        return row.path("conversationSid").stringValue();
    }

    private static @Nullable String next(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Link")
                .map(link ->
                        NEXT.matcher(link).results().findFirst().orElseThrow().group(1))
                .orElse(null);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return get(path, "desk");
    }

    private static HttpResponse<String> get(String path, String user) throws Exception {
        return caller.get(path, "Authorization", signIn(user));
    }

    private static HttpResponse<String> search(String body) throws Exception {
        return caller.post(
                "/api/conversations/search", body, "Authorization", signIn("desk"), "Content-Type", "application/json");
    }

    private static String signIn(String user) {
        return Caller.basic(user, PASSWORD + user);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
