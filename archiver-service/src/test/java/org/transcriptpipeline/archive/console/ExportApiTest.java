package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.archive.console.Caller.SIGN_IN;
import static org.transcriptpipeline.archive.console.Caller.json;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.simulator.Sids;
import tools.jackson.databind.json.JsonMapper;

/// The API's twin of `bin/transcripts export`, asked over HTTP.
class ExportApiTest {

    private static final String ACCOUNT = Sids.account("export api " + System.nanoTime());
    private static final Pattern NEXT = Pattern.compile("<(.+)>; rel=\"next\"");
    private static final String PASSWORD_OF_THE_SOUTH = "a planted password of the south";
    private static final int CONVERSATIONS = 25;
    private static final int MESSAGES = 4;

    private static RunningArchiver archiver;
    private static Caller caller;

    @BeforeAll
    static void start() {
        archiver = new RunningArchiver(
                "--transcripts.export.at-once=1",
                "--transcripts.console.users.south.password=" + PASSWORD_OF_THE_SOUTH,
                "--transcripts.console.users.south.team=export-of-the-south");
        caller = new Caller(archiver.url());
        var database = TestDatabase.superuser();
        database.update("""
                INSERT INTO store.conversations (
                    conversation_sid, account_sid, started_at, last_message_at, first_received_at, sources, versions, channel,
                    message_count
                )
                SELECT
                    'CH' || md5(a.sid || c), a.sid, t.at, t.at, t.at, '{webhook}', '', CASE WHEN c % 5 = 0 THEN 'chat' ELSE 'sms' END,
                    ?
                FROM (SELECT ? AS sid) a
                CROSS JOIN LATERAL generate_series(1, ?) c
                CROSS JOIN LATERAL (SELECT timestamptz '2026-10-01Z' + c * interval '1 day' AS at) t
                """, MESSAGES, ACCOUNT, CONVERSATIONS);
        database.update("""
                INSERT INTO store.messages (
                    message_sid, conversation_sid, account_sid, index, author, body, sent_at, is_stub, first_received_at, sources,
                    versions
                )
                SELECT
                    'IM' || md5(c.conversation_sid || i), c.conversation_sid, c.account_sid, i, '+15550100',
                    CASE i WHEN 0 THEN '=1+1' WHEN 1 THEN '' WHEN 2 THEN NULL ELSE 'two' || chr(10) || 'lines \uD83D\uDC36' END,
                    c.started_at, false, c.started_at, '{webhook}', ''
                FROM store.conversations c
                CROSS JOIN generate_series(0, ? - 1) i
                WHERE c.account_sid = ?
                """, MESSAGES, ACCOUNT);
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @Test
    void pageByPageEveryRowComesOnceAndInOrder() throws Exception {
        var lines = new ArrayList<String>();
        var pages = 0;
        @Nullable String path = "/api/export?format=jsonl&limit=10&account=" + ACCOUNT;
        while (path != null) {
            var answer = get(path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(header(answer, "Content-Type")).startsWith("application/jsonl");
            assertThat(header(answer, "Cache-Control")).contains("no-store");
            assertThat(header(answer, "Repr-Digest")).isEqualTo(digest(answer.body()));
            var page = answer.body().lines().toList();
            assertThat(page).hasSizeBetween(1, 10);
            lines.addAll(page);
            pages++;
            path = answer.headers()
                    .firstValue("Link")
                    .map(link -> NEXT.matcher(link)
                            .results()
                            .findFirst()
                            .orElseThrow()
                            .group(1))
                    .orElse(null);
        }

        assertThat(pages).isEqualTo(13); // two whole conversations each
        assertThat(lines.stream()
                        .map(line -> JsonMapper.shared()
                                .readTree(line)
                                .path("message_sid")
                                .stringValue()))
                .containsExactlyElementsOf(TestDatabase.superuser().queryForList("""
                        SELECT m.message_sid
                        FROM transcripts.messages m
                        WHERE m.account_sid = ?
                        ORDER BY m.conversation_sid, m.index
                        """, String.class, ACCOUNT));
    }

    @Test
    void csvIsSafeAgainstFormulasUnlessItIsRaw() throws Exception {
        var first = "/api/export?format=csv&limit=4&account=" + ACCOUNT;

        var safe = get(first);
        var raw = get(first + "&raw=true");

        assertThat(header(safe, "Content-Type")).startsWith("text/csv");
        assertThat(header(safe, "Content-Disposition")).isEqualTo("attachment; filename=\"messages.csv\"");
        assertThat(safe.body()).startsWith("\"message_sid\",").contains(",\"'=1+1\",", ",\"two\nlines \uD83D\uDC36\",");
        assertThat(raw.body()).contains(",\"=1+1\",");
    }

    @Test
    void everyViewCanBeHadAndIsFiltered() throws Exception {
        for (var view : List.of(
                "conversations", "messages", "media", "deliveries", "delivery_events", "flow_executions", "handoffs")) {
            assertThat(get("/api/export?format=csv&what=" + view + "&account=" + ACCOUNT)
                            .statusCode())
                    .as(view)
                    .isEqualTo(200);
        }
        var chats = get("/api/export?format=jsonl&what=conversations&channel=chat&verdict=unverified&since=2026-10-08"
                + "&until=2026-10-20T00:00:00Z&account=" + ACCOUNT);
        assertThat(chats.body().lines()).hasSize(2);
        assertThat(get("/api/export?format=jsonl&conversation=CHunknown").body())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?format=parquet",
                "?format=csv&what=users",
                "?format=csv&limit=0",
                "?format=csv&limit=10001",
                "?format=csv&limit=many",
                "?format=csv&since=yesterday",
                "?format=csv&channel=fax",
                "?format=csv&raw=%7Bx%7D",
                "?format=csv&after=CH%27%20OR%201=1",
                "?format=csv&format=jsonl",
                "?format=csv&adress=x"
            })
    void whatIsWrongIsSaidWithoutAnEcho(String query) throws Exception {
        var answer = get("/api/export" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(answer).path("detail").stringValue())
                .isNotBlank()
                .doesNotContain("OR 1", "yesterday", "adress=");
    }

    @Test
    void aTeamSeesNothingOfAnothersAccount() throws Exception {
        var south = Caller.basic("south", PASSWORD_OF_THE_SOUTH);
        var path = "/api/export?format=jsonl&what=conversations&account=" + ACCOUNT;

        assertThat(caller.get(path, "Authorization", south)).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("Link")).isEmpty();
        });
        TestDatabase.superuser()
                .update("INSERT INTO store.team_scopes (team, account_sid) VALUES ('export-of-the-south', ?)", ACCOUNT);
        assertThat(caller.get(path, "Authorization", south).body().lines()).hasSize(CONVERSATIONS);
    }

    @Test
    void whoWasShownWhichConversationsIsWrittenDown() throws Exception {
        get("/api/export?format=csv&what=participants&limit=8&account=" + ACCOUNT);

        assertThat(TestDatabase.superuser().queryForList("""
                        SELECT r.reader || ' ' || r.via
                        FROM transcripts.reads r
                        WHERE r.account_sid = ? AND r.action = 'export_participants' AND r.conversation_sid IS NOT NULL
                        """, String.class, ACCOUNT))
                .containsExactly(RunningArchiver.USERNAME + " api", RunningArchiver.USERNAME + " api");
    }

    @Test
    void tooManyAtOnceHaveToWait() throws Exception {
        try (var lock = TestDatabase.server().superuser().getConnection();
                var statement = lock.createStatement();
                var others = Executors.newVirtualThreadPerTaskExecutor()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE store.conversations IN ACCESS EXCLUSIVE MODE");
            var first = others.submit(() -> get("/api/export?format=csv&account=" + ACCOUNT));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> TestDatabase.superuser()
                            .queryForObject(
                                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                            + " AND query LIKE '%transcripts.conversations c%')",
                                    Boolean.class));

            var second = get("/api/export?format=csv&account=" + ACCOUNT);

            lock.rollback();
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(header(second, "Retry-After")).isEqualTo("5");
            assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void onlyForWhoHasSignedIn() throws Exception {
        assertThat(caller.get("/api/export?format=csv").statusCode()).isEqualTo(401);
    }

    @Test
    void noFileIsLeftBehind() throws Exception {
        get("/api/export?format=csv&account=" + ACCOUNT);
        get("/api/export?format=csv&account=" + ACCOUNT + "&what=handoffs");

        // an answer of known length ends for its reader a moment before the service puts its file away
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(temporaryFiles()).isEmpty());
    }

    private static List<String> temporaryFiles() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("transcripts-export"))
                    .toList();
        }
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return caller.get(path, "Authorization", SIGN_IN);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String digest(String body) throws Exception {
        var hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
        return "sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":";
    }
}
