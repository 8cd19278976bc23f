package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.archive.console.Caller.json;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.archive.handoff.Handoffs;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// A conversation's transcript in each of its forms, asked over HTTP.
class TranscriptApiTest {

    private static final String PASSWORD = "a planted password of ";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);

    private static RunningArchiver archiver;
    private static Caller caller;
    private static Events events;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(
                "--transcripts.api.transcripts-at-once=1",
                "--transcripts.console.users.east.password=" + PASSWORD + "east",
                "--transcripts.console.users.east.team=transcripts-of-nobody");
        caller = new Caller(archiver.url());
        events = new Events("CH" + UUID.randomUUID().toString().replace("-", ""));
        archiver.publish(
                events.customerJoined(),
                events.fromCustomer(0, "=1+1"),
                events.fromFlow(1, "<script>alert(1)</script><style>p { color: red }</style>"),
                events.delivery(1, "undelivered", 30003),
                events.flowEnded(null));
        await().atMost(SOON)
                .until(() -> Handoffs.of(archiver, events).statuses().equals(List.of("ready")));
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, application/json, inline, json",
        "text/plain, text/plain;charset=UTF-8, inline, txt",
        "text/csv, text/csv;charset=UTF-8, attachment, csv",
        "text/html, text/html;charset=UTF-8, inline, html"
    })
    void theFormIsTheOneThatIsAccepted(String accept, String type, String disposition, String suffix) throws Exception {
        var accepted = get(path(""), "Accept", accept);
        var named = get(path("." + suffix));

        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
        assertThat(header(accepted, "Content-Type").replace(" ", "")).isEqualTo(type);
        assertThat(header(accepted, "Content-Disposition"))
                .isEqualTo(disposition + "; filename=\"" + events.conversationSid() + "." + suffix + "\"");
        assertThat(header(accepted, "Vary")).contains("Accept");
        assertThat(header(accepted, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(accepted.body()).contains("1+1");
        assertThat(named.body()).isEqualTo(accepted.body());
        assertThat(header(named, "ETag")).isEqualTo(header(accepted, "ETag"));
    }

    @Test
    void itIsWhatTheHandoffsSnapshotHolds() throws Exception {
        var answer = get(path(".json"));
        var told = new SnapshotCodec().decode(answer.body());
        var handedOver = Handoffs.of(archiver, events).snapshot(1);

        assertThat(told.messages()).isEqualTo(handedOver.messages()).hasSize(2);
        assertThat(told.participants()).isEqualTo(handedOver.participants());
        assertThat(told.conversation()).isEqualTo(handedOver.conversation());
        assertThat(told.failedCount()).isEqualTo(1);
        assertThat(told.kind()).isEqualTo(TranscriptSnapshot.CONVERSATION);
        assertThat(told.handoffId()).isEqualTo(events.conversationSid());
    }

    @Test
    void theTextSaysNothingOfAHandoff() throws Exception {
        assertThat(get(path(".txt")).body())
                .startsWith("Conversation: " + Events.CUSTOMER + " by SMS")
                .contains("State: still open", "    =1+1", "!! ")
                .doesNotContain("Handed over", "Reference", "Handoff");
    }

    @Test
    void aSpreadsheetTakesNothingForAFormula() throws Exception {
        assertThat(get(path(".csv")).body()).contains("\"'=1+1\"").doesNotContain("\"=1+1\"");
    }

    @Test
    void thePageMayDoNothingAndItsOwnStyleAlone() throws Exception {
        var answer = get(path(".html"));
        var policy = header(answer, "Content-Security-Policy");

        assertThat(answer.body()).contains("&lt;script&gt;").doesNotContain("<script", "src=", "style=", "onload");
        var style = STYLE.matcher(answer.body()).results().toList();
        assertThat(style).hasSize(1);
        assertThat(policy)
                .isEqualTo("default-src 'none'; style-src 'sha256-"
                        + sha256(style.getFirst().group(1))
                        + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(answer.headers().allValues("Content-Security-Policy")).hasSize(1);
        assertThat(header(get(path(".txt")), "Content-Security-Policy"))
                .startsWith("default-src 'none'")
                .doesNotContain("style-src");
    }

    @Test
    void aPdfIsOne() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(archiver.url() + path(".pdf")))
                            .header("Authorization", Caller.SIGN_IN)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Content-Type")).isEqualTo("application/pdf");
            assertThat(header(answer, "Content-Disposition"))
                    .isEqualTo("attachment; filename=\"" + events.conversationSid() + ".pdf\"");
            assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1)).startsWith("%PDF-");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".json", ".txt", ".csv", ".html"})
    void whatSomebodyHasIsNotSentAgain(String suffix) throws Exception {
        var first = get(path(suffix));
        var tag = header(first, "ETag");

        assertThat(tag).isEqualTo('"' + hex(first.body()) + '"');
        assertThat(header(first, "Cache-Control"))
                .contains("private")
                .contains("no-cache")
                .doesNotContain("no-store");
        var again = get(path(suffix), "If-None-Match", "\"other\", " + tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(tag);
        assertThat(header(again, "Cache-Control")).contains("no-cache");
        assertThat(get(path(suffix), "If-None-Match", "\"other\"").body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | application/json",
                "*/* | application/json",
                "text/* | text/plain",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/html",
                "application/json;q=0.5, text/csv | text/csv",
                "application/json;q=0, */* | text/plain",
                "text/csv;q=0.1, text/*;q=0.7, text/plain;q=0.2 | text/html",
            })
    void theMostWelcomeFormIsGiven(@Nullable String accept, String type) throws Exception {
        var answer = accept == null ? get(path("")) : get(path(""), "Accept", accept);

        assertThat(header(answer, "Content-Type")).startsWith(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/xml", "image/*", "text/html;q=0", "of whatever kind", "text/csv/x"})
    void whatIsNotHadIsSaid(String accept) throws Exception {
        var answer = get(path(""), "Accept", accept);

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(answer).path("detail").stringValue())
                .contains("text/csv")
                .doesNotContain("xml", "image");
        assertThat(get(path(".docx")).statusCode()).isEqualTo(404);
    }

    @Test
    void toOtherTeamsItIsAsIfThereWereNone() throws Exception {
        var east = Caller.basic("east", PASSWORD + "east");
        var hidden = caller.get(path(".txt"), "Authorization", east);
        var none = caller.get("/api/conversations/CHnone/transcript.txt", "Authorization", east);

        assertThat(hidden.statusCode()).isEqualTo(404);
        assertThat(hidden.body()).isEqualTo(none.body());
        assertThat(header(hidden, "Content-Type")).startsWith("application/problem+json");
        assertThat(caller.get(path(".txt")).statusCode()).isEqualTo(401);
    }

    @Test
    void whoReadsIsWrittenDown() throws Exception {
        var before = reads();

        get(path(".txt"));

        assertThat(reads()).isEqualTo(before + 1);
    }

    private static int reads() {
        return archiver.database()
                .queryForObject("""
                        SELECT count(*)
                        FROM transcripts.reads r
                        WHERE r.conversation_sid = ? AND r.action = 'read_transcript' AND r.reader = ? AND r.via = 'api'
                        """, Integer.class, events.conversationSid(), RunningArchiver.USERNAME);
    }

    @Test
    void tooManyAtOnceHaveToWait() throws Exception {
        try (var lock = TestDatabase.server().superuser().getConnection();
                var statement = lock.createStatement();
                var others = Executors.newVirtualThreadPerTaskExecutor()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE store.messages IN ACCESS EXCLUSIVE MODE");
            var first = others.submit(() -> get(path(".txt")));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> TestDatabase.superuser()
                            .queryForObject(
                                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                            + " AND query LIKE '%transcripts.transcript(%')",
                                    Boolean.class));

            var second = get(path(".txt"));

            lock.rollback();
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(header(second, "Retry-After")).isEqualTo("5");
            assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    /// Much of it is left out, as in a mail's attachment, and that is said.
    @Test
    void tenThousandMessagesAreOneAnswer() throws Exception {
        var conversation = "CH" + "%032d".formatted(4711);
        var database = TestDatabase.superuser();
        database.update("""
                INSERT INTO store.conversations (
                    conversation_sid, account_sid, started_at, last_message_at, first_received_at, sources, versions
                )
                VALUES (?, ?, now(), now(), now(), '{webhook}', '')
                """, conversation, Events.ACCOUNT);
        database.update("""
                INSERT INTO store.messages (
                    message_sid, conversation_sid, account_sid, index, author, body, sent_at, is_stub, first_received_at, sources,
                    versions
                )
                SELECT
                    'IM' || md5(c.conversation_sid || i), c.conversation_sid, c.account_sid, i, '+12025550100',
                    repeat('word ', 320), now(), false, now(), '{webhook}', ''
                FROM store.conversations c
                CROSS JOIN generate_series(0, 9999) i
                WHERE c.conversation_sid = ?
                """, conversation);

        var answer = get("/api/conversations/" + conversation + "/transcript.json");

        assertThat(answer.statusCode()).isEqualTo(200);
        var told = json(answer);
        assertThat(told.path("messages").size()).isLessThan(5_000).isGreaterThan(4_000);
        assertThat(told.path("messages").size() + told.path("omittedMessages").intValue())
                .isEqualTo(10_000);
        assertThat(get("/api/conversations/" + conversation + "/transcript.csv").body())
                .contains("\"" + told.path("messages").get(0).path("position") + "\"", "\"10000\"");
    }

    @Test
    void noFileIsLeftBehind() throws Exception {
        get(path(".txt"));
        get(path(".txt"), "If-None-Match", header(get(path(".txt")), "ETag"));

        // a reader may have the last byte a moment before the service puts its file away
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(temporaryFiles()).isEmpty());
    }

    private static List<Path> temporaryFiles() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().matches("transcripts-handoff-.*\\.txt"))
                    .filter(TranscriptApiTest::isOurs) // other processes have theirs
                    .toList();
        }
    }

    private static boolean isOurs(Path file) {
        try {
            return Files.readString(file).contains(events.conversationSid());
        } catch (IOException _) {
            return false; // gone meanwhile
        }
    }

    private static String path(String suffix) {
        return "/api/conversations/" + events.conversationSid() + "/transcript" + suffix;
    }

    private static HttpResponse<String> get(String path, String... more) throws Exception {
        var headers = new ArrayList<>(List.of("Authorization", Caller.SIGN_IN));
        headers.addAll(List.of(more));
        return caller.get(path, headers.toArray(String[]::new));
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String hex(String body) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sha256(String text) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
