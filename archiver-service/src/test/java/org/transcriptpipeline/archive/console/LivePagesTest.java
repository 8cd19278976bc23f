package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;

/// Streams of open pages, with the merge, the database and the web server as they are.
class LivePagesTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String PASSWORD = "a planted password of ";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static RunningArchiver archiver;

    private final List<Heard> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(settings());
        TestDatabase.superuser()
                .update(
                        "INSERT INTO store.team_scopes (team, account_sid) VALUES ('ours', ?), ('others', ?)",
                        Events.ACCOUNT,
                        "AC" + "2".repeat(32));
    }

    private static String[] settings() {
        var settings = new ArrayList<String>();
        for (var team : List.of("ours", "others")) {
            settings.add("--transcripts.console.users." + team + ".password=" + PASSWORD + team);
            settings.add("--transcripts.console.users." + team + ".team=" + team);
        }
        return settings.toArray(String[]::new);
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    /// An archiver finds out when it says something.
    @AfterEach
    void hangUp() {
        open.forEach(Heard::close);
        await().atMost(LONG).pollInterval(Duration.ofMillis(600)).until(() -> {
            TestDatabase.superuser().query("SELECT pg_notify('transcripts_changes', '*')", _ -> {});
            return streams() == 0;
        });
    }

    @Test
    void whatIsStoredIsToldToTheListAndToItsTranscriptAndToNoOther() throws Exception {
        var events = new Events();
        var other = new Events();
        archiver.publish(events.fromCustomer(0, "first"), other.fromCustomer(0, "first"));
        awaitStored(events, 1);
        awaitStored(other, 1);
        var list = listen(RunningArchiver.USERNAME, "/live");
        var transcript = listen(RunningArchiver.USERNAME, "/live?conversation=" + events.conversationSid());
        var others = listen(RunningArchiver.USERNAME, "/live?conversation=" + other.conversationSid());
        awaitQuiet();
        int before = others.changes();

        list.forget();
        transcript.forget();
        archiver.publish(events.fromFlow(1, "second"));

        await().atMost(LONG).until(() -> list.changes() > 0 && transcript.changes() > 0);
        TimeUnit.SECONDS.sleep(1);
        assertThat(others.changes()).isEqualTo(before);
        assertThat(list.everything()).doesNotContain("second", events.conversationSid(), "CH");
    }

    @Test
    void aTeamIsToldOfWhatItSeesAlone() throws Exception {
        var events = new Events();
        archiver.publish(events.fromCustomer(0, "first"));
        awaitStored(events, 1);
        var ours = listen("ours", "/live");
        var others = listen("others", "/live");
        awaitQuiet();
        ours.forget();
        others.forget();

        archiver.publish(events.fromFlow(1, "second"));

        await().atMost(LONG).until(() -> ours.changes() > 0);
        TimeUnit.SECONDS.sleep(1);
        assertThat(others.changes()).isZero();
        assertThat(status("others", "/live?conversation=" + events.conversationSid()))
                .isEqualTo(404);
        assertThat(status("ours", "/live?conversation=none")).isEqualTo(404);
    }

    @Test
    void whatAnotherArchiverStoresIsTold() throws Exception {
        var events = new Events();
        var list = listen(RunningArchiver.USERNAME, "/live");
        awaitQuiet();
        list.forget();

        // what an archiver tells is what Postgres hands on
        TestDatabase.superuser().query("SELECT pg_notify('transcripts_changes', ?)", _ -> {}, events.conversationSid());
        await().atMost(LONG).until(() -> list.changes() > 0);

        list.forget();
        TestDatabase.superuser().query("SELECT pg_notify('transcripts_changes', 'not one of ours')", _ -> {});
        await().atMost(LONG).until(() -> list.changes() > 0);
    }

    @Test
    void aListenerThatWasCutOffListensAgainAndLeavesNothingOut() throws Exception {
        var list = listen(RunningArchiver.USERNAME, "/live");
        awaitQuiet();
        list.forget();

        TestDatabase.superuser().query("""
                SELECT pg_terminate_backend(pid)
                FROM pg_stat_activity
                WHERE application_name = 'archiver-service live'
                """, _ -> {});

        await().atMost(LONG).until(() -> list.changes() > 0);
        assertThat(list.isOver()).isFalse();
    }

    @Test
    void whileNoPageIsOpenNobodyListens() throws Exception {
        listen(RunningArchiver.USERNAME, "/live");
        await().atMost(LONG).until(() -> listeners() == 1);
        listen(RunningArchiver.USERNAME, "/live");

        hangUp();

        await().atMost(LONG).until(() -> listeners() == 0);
    }

    @Test
    void oneReaderHasSoManyAndAnotherStillGetsOne() throws Exception {
        for (int i = 0; i < 20; i++) {
            listen(RunningArchiver.USERNAME, "/live");
        }

        assertThat(status(RunningArchiver.USERNAME, "/live")).isEqualTo(429);
        listen("ours", "/live");
    }

    @Test
    void whoHasNotSignedInIsAskedForNoPassword() throws Exception {
        var answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(archiver.url() + "/live"))
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    @Test
    void anArchiverThatStopsEndsItsStreams() throws Exception {
        long stopped;
        Heard list;
        try (var another = new RunningArchiver(settings())) {
            list = listen(another, RunningArchiver.USERNAME, "/live");
            stopped = System.nanoTime();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - stopped))
                .isLessThan(Duration.ofSeconds(25)); // a stream that stays open would take the 30 of a graceful stop
        await().atMost(LONG).until(list::isOver);
    }

    private Heard listen(String user, String path) throws Exception {
        return listen(archiver, user, path);
    }

    private Heard listen(RunningArchiver at, String user, String path) throws Exception {
        var answer = CLIENT.send(request(at, user, path), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        var heard = new Heard(answer.body());
        open.add(heard);
        await().atMost(LONG).until(() -> heard.changes() > 0); // each begins with one
        return heard;
    }

    private static int status(String user, String path) throws Exception {
        var answer = CLIENT.send(request(archiver, user, path), HttpResponse.BodyHandlers.ofInputStream());
        answer.body().close();
        return answer.statusCode();
    }

    private static HttpRequest request(RunningArchiver at, String user, String path) {
        var password = user.equals(RunningArchiver.USERNAME) ? RunningArchiver.PASSWORD : PASSWORD + user;
        return HttpRequest.newBuilder(URI.create(at.url() + path))
                .header("Accept", "text/event-stream")
                .header("Authorization", Caller.basic(user, password))
                .build();
    }

    private static void awaitStored(Events events, int messages) {
        await().atMost(LONG)
                .until(() -> TestDatabase.superuser()
                                .queryForObject(
                                        "SELECT count(*) FROM store.messages WHERE conversation_sid = ?",
                                        Integer.class,
                                        events.conversationSid())
                        == messages);
    }

    /// Until what was stored before has been told.
    private static void awaitQuiet() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1_500);
    }

    private static int listeners() {
        return TestDatabase.superuser()
                .queryForObject(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'archiver-service live'",
                        Integer.class);
    }

    private static double streams() {
        return archiver.bean(MeterRegistry.class)
                .get("transcripts.console.live.streams")
                .gauge()
                .value();
    }

    /// What came by one stream.
    private static final class Heard implements AutoCloseable {
        private final InputStream body;
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private volatile boolean isOver;

        Heard(InputStream body) {
            this.body = body;
            Thread.ofVirtual().start(() -> {
                try (var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                    reader.lines().forEach(lines::add);
                } catch (java.io.IOException | java.io.UncheckedIOException _) {
                    // ended by one side or the other
                }
                isOver = true;
            });
        }

        int changes() {
            return (int) lines.stream().filter("event: changed"::equals).count();
        }

        void forget() {
            lines.clear();
        }

        String everything() {
            return String.join("\n", lines);
        }

        boolean isOver() {
            return isOver;
        }

        @Override
        public void close() {
            try {
                body.close();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
