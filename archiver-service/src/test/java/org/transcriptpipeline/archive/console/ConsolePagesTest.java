package org.transcriptpipeline.archive.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

/// The pages as a browser without script gets them.
class ConsolePagesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PASSWORD = "a planted password of ";
    private static final String MARKUP =
            "<img src=x onerror=alert(1)> ${7331*7} [[${7331*7}]] javascript:alert(1) \u202Egnp.exe";

    private static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(
                "--transcripts.settling.deadline=1s",
                "--transcripts.console.users.viewer.password=" + PASSWORD + "viewer",
                "--transcripts.console.users.viewer.team=*",
                "--transcripts.console.users.operator.password=" + PASSWORD + "operator",
                "--transcripts.console.users.operator.team=*",
                "--transcripts.console.users.operator.role=operator",
                "--transcripts.console.users.elsewhere.password=" + PASSWORD + "elsewhere",
                "--transcripts.console.users.elsewhere.team=that-sees-nothing",
                "--transcripts.console.failures-per-minute=100");
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    // --- sign-in

    @Test
    void whoFollowsTheLinkOfAMailSignsInAndIsThere() throws Exception {
        var events = stored("a message of the link");
        var browser = new Visitor(archiver.url());

        var first = browser.get("/conversations/" + events.conversationSid());
        assertThat(first.statusCode()).isEqualTo(303);
        assertThat(first.headers().firstValue("Location")).hasValue("../sign-in");
        var after = signIn(browser, "viewer");

        assertThat(after.headers().firstValue("Location")).hasValue("./conversations/" + events.conversationSid());
        var page = browser.get("/conversations/" + events.conversationSid());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("a message of the link");
    }

    @Test
    void aCookieIsSeenByNoScriptAndMadeOnlyByASignIn() throws Exception {
        var browser = new Visitor(archiver.url());
        browser.get("/sign-in");
        assertThat(browser.cookies()).containsOnlyKeys("transcripts_csrf");
        signIn(browser, "viewer");

        assertThat(browser.cookies()).containsKey("transcripts_session");
        assertThat(browser.cookies().values()).allMatch(HttpCookie::isHttpOnly);
        assertThat(archiver.database().queryForObject("SELECT count(*) FROM store.console_sessions", Integer.class))
                .isPositive();
    }

    @Test
    void aWrongPasswordIsToldAndSignsNobodyIn() throws Exception {
        var browser = new Visitor(archiver.url());

        var answer = browser.signIn("viewer", "wrong");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("Name or password is wrong.").doesNotContain("wrong\" value");
        assertThat(browser.get("/").statusCode()).isEqualTo(303);
    }

    @Test
    void whoSignsOutIsOutAndTheSessionIsGone() throws Exception {
        var browser = new Visitor(archiver.url());
        signIn(browser, "viewer");
        var page = browser.get("/");
        assertThat(page.statusCode()).isEqualTo(200);

        var out = browser.post("/sign-out", Visitor.token(page), Map.of());

        assertThat(out.headers().firstValue("Location")).hasValue("./sign-in?out");
        assertThat(browser.get("/").statusCode()).isEqualTo(303);
    }

    @Test
    void aFormOfAnotherSiteSignsNobodyOut() throws Exception {
        var browser = new Visitor(archiver.url());
        signIn(browser, "viewer");

        assertThat(browser.post("/sign-out", "guessed", Map.of()).statusCode()).isEqualTo(403);
        assertThat(browser.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void aUserWhoIsNoMoreIsSignedOutByARestart() throws Exception {
        var settings = List.of(
                "--transcripts.console.users.gone.password=" + PASSWORD + "gone",
                "--transcripts.console.users.gone.team=*");
        var browser = new Visitor(archiver.url());
        try (var before = new RunningArchiver(settings.toArray(String[]::new))) {
            browser.at(before.url());
            signIn(browser, "gone");
            assertThat(browser.get("/").statusCode()).isEqualTo(200);
        }
        try (var same = new RunningArchiver(settings.toArray(String[]::new))) {
            browser.at(same.url());
            assertThat(browser.get("/").statusCode())
                    .as("a session outlives a restart")
                    .isEqualTo(200);
        }
        try (var after = new RunningArchiver()) {
            browser.at(after.url());
            assertThat(browser.get("/").statusCode()).isEqualTo(303);
        }
    }

    // --- roles and teams

    @Test
    void aViewerLooksAndAnOperatorHandsOver() throws Exception {
        var events = stored("to be handed over");
        var path = "/conversations/" + events.conversationSid();
        var viewer = new Visitor(archiver.url());
        signIn(viewer, "viewer");
        var page = viewer.get(path);
        assertThat(page.body()).doesNotContain("Hand over now");
        assertThat(viewer.post(path + "/handoffs", Visitor.token(page), Map.of())
                        .statusCode())
                .isEqualTo(403);

        var operator = new Visitor(archiver.url());
        signIn(operator, "operator");
        var answer = operator.post(path + "/handoffs", Visitor.token(operator.get(path)), Map.of("note", "a note"));

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(URI.create(archiver.url() + path + "/handoffs")
                        .resolve(answer.headers().firstValue("Location").orElseThrow()))
                .hasPath(path)
                .hasQuery("done=requested");
        await().atMost(SOON)
                .until(() -> Handoffs.of(archiver, events).versions().size() == 1);
        var id = Handoffs.of(archiver, events).id();
        var again = operator.post(path + "/handoffs/" + id + "/resend", Visitor.token(operator.get(path)), Map.of());
        assertThat(again.headers().firstValue("Location"))
                .hasValueSatisfying(l -> assertThat(l).endsWith("?done=resent"));
        assertThat(Handoffs.of(archiver, events).versions()).hasSize(2);
    }

    @Test
    void anotherTeamSeesNeitherTheConversationNorThatThereIsOne() throws Exception {
        var events = stored("nothing of theirs");
        var browser = new Visitor(archiver.url());
        signIn(browser, "elsewhere");

        assertThat(browser.get("/").body()).contains("There is no conversation yet.");
        var one = browser.get("/conversations/" + events.conversationSid());
        var none = browser.get("/conversations/CHnone");
        assertThat(one.statusCode()).isEqualTo(404);
        assertThat(found(one.body(), "(?s)(<main.*</main>)")).isEqualTo(found(none.body(), "(?s)(<main.*</main>)"));
    }

    @Test
    void aTranscriptThatIsShownIsWrittenDown() throws Exception {
        var events = stored("to be read");
        var browser = new Visitor(archiver.url());
        signIn(browser, "viewer");
        browser.get("/conversations/" + events.conversationSid());

        assertThat(archiver.database()
                        .queryForList(
                                "SELECT reader || ' ' || via || ' ' || action FROM store.reads WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .containsExactly("viewer console show_transcript");
    }

    // --- what is shown

    @Test
    void whatACustomerWroteIsText() throws Exception {
        // the newest: what other tests published comes again, more than a page of it
        var events = new Events().at(Instant.now().plus(Duration.ofDays(30)));
        archiver.publish(events.customerJoined(), events.fromCustomer(0, MARKUP));
        stored(events, 1);
        var browser = new Visitor(archiver.url());
        signIn(browser, "viewer");

        for (var path : List.of("/", "/conversations/" + events.conversationSid())) {
            var page = browser.get(path);
            assertThat(page.body())
                    .contains("&lt;img src=x onerror=alert(1)&gt; ${7331*7} [[${7331*7}]]")
                    .doesNotContain("<img", "51317", "href=\"javascript");
            assertThat(page.headers().firstValue("Content-Security-Policy")).hasValue(SecurityConfiguration.OWN_FILES);
            assertThat(SecurityConfiguration.OWN_FILES).doesNotContain("unsafe", "http", "*");
        }
    }

    @Test
    void theListIsReadPageByPageWhileRowsArrive() throws Exception {
        var all = Stream.generate(Events::new).limit(120).toList();
        archiver.publish(
                all.stream().map(events -> events.fromCustomer(0, "a row")).toList());
        all.forEach(events -> stored(events, 1));
        var browser = signedIn("viewer");

        var seen = new ArrayList<String>();
        var path = "/";
        for (int page = 1; !path.isEmpty(); page++) {
            var body = browser.get(path).body();
            seen.addAll(found(body, "class=\"row\"[^>]*href=\"[^\"]*/(CH[0-9a-f]+)\""));
            var next = found(body, "rel=\"next\" href=\"([^\"]+)\"");
            path = next.isEmpty() ? "" : "/" + next.getFirst().replace("&amp;", "&");
            stored("came while page " + page + " was read");
        }

        assertThat(seen)
                .as("what was there, and no row twice")
                .doesNotHaveDuplicates()
                .containsAll(all.stream().map(Events::conversationSid).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "text"})
    void whatIsSearchedForDoesNotStandInTheAddress(String field) throws Exception {
        var events = stored("an unusual armadillo " + field);
        await().atMost(SOON)
                .until(() -> archiver.database()
                                .queryForObject(
                                        "SELECT count(*) FROM transcripts.search(?)",
                                        Integer.class,
                                        "armadillo " + field)
                        > 0);
        var browser = new Visitor(archiver.url());
        signIn(browser, "viewer");
        var words = field.equals("customer") ? Events.CUSTOMER : "armadillo " + field;

        var answer = browser.post("/", Visitor.token(browser.get("/")), Map.of(field, words, "state", ""));

        var address = answer.headers().firstValue("Location").orElseThrow();
        assertThat(address).matches("\\./\\?search=[0-9a-f-]{36}");
        assertThat(browser.get(address.substring(1)).body())
                .contains(events.conversationSid())
                .contains("value=\"" + words + "\"");
        assertThat(signedIn("operator").get(address.substring(1)).body())
                .as("somebody else's key says nothing")
                .contains("is no longer known");
    }

    @ParameterizedTest
    @CsvSource({"?after=x", "?since=yesterday", "?until=2026-13-01"})
    void anAddressThatIsNoneIsToldWithoutAnEcho(String query) throws Exception {
        var answer = signedIn("viewer").get("/" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("not one of ours").doesNotContain("yesterday", "2026-13-01");
    }

    @Test
    void aLongTranscriptIsReadWindowByWindow() throws Exception {
        var events = new Events();
        var messages = new ArrayList<org.transcriptpipeline.event.TranscriptEvent>();
        for (int i = 0; i < 250; i++) {
            messages.add(events.fromCustomer(i, "line " + i + "."));
        }
        archiver.publish(messages);
        stored(events, 250);
        var browser = signedIn("viewer");
        var path = "/conversations/" + events.conversationSid();

        var newest = browser.get(path).body();
        var earlier = browser.get(path + "?before=151").body();
        var first = browser.get(path + "?before=51").body();
        var one = browser.get(path + "?message=" + events.messageSid(120)).body();

        assertThat(lines(newest)).containsExactlyElementsOf(lines(150, 250));
        assertThat(lines(earlier)).containsExactlyElementsOf(lines(50, 150));
        assertThat(lines(first)).containsExactlyElementsOf(lines(0, 50));
        assertThat(lines(one)).contains("line 120.");
        assertThat(first).doesNotContain("Earlier messages");
        assertThat(one).contains("Earlier messages", "Later messages");

        archiver.publish(events.fromCustomer(250, "line 250."));
        stored(events, 251);
        var part = browser.get(path + "/messages?from=151");
        assertThat(lines(part.body())).containsExactlyElementsOf(lines(150, 251));
        assertThat(part.body()).doesNotContain("<html", "Hand over");
    }

    @Test
    void itSpeaksGerman() throws Exception {
        var answer = new Visitor(archiver.url()).get("/sign-in", "Accept-Language", "de-AT");

        assertThat(answer.body()).contains("<html lang=\"de\"", "Anmelden");
    }

    @Test
    void whyADeliveryFailedIsSaidInTheReadersLanguage() throws Exception {
        var events = new Events();
        archiver.publish(
                events.fromFlow(0, "hello"),
                events.delivery(0, "sent", null),
                events.delivery(0, "undelivered", 30003));
        stored(events, 1);
        var browser = signedIn("operator");
        var path = "/conversations/" + events.conversationSid();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> browser.get(path).body().contains("30003"));

        assertThat(browser.get(path, "Accept-Language", "de").body())
                .contains(
                        "<span lang=\"de\">Das Telefon war ausgeschaltet oder nicht erreichbar.</span>",
                        "<p lang=\"de\">Später erneut versuchen oder anrufen.</p>");
        assertThat(browser.get(path, "Accept-Language", "en").body())
                .contains("<span lang=\"en\">The phone was switched off or out of reach.</span>");
    }

    // ---

    private static List<String> lines(String page) {
        return found(page, ">(line \\d+\\.)<");
    }

    private static List<String> lines(int from, int to) {
        var lines = new ArrayList<String>();
        for (int i = from; i < to; i++) {
            lines.add("line " + i + ".");
        }
        return lines;
    }

    private static List<String> found(String page, String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(m -> m.group(1))
                .toList();
    }

    private static Visitor signedIn(String user) throws Exception {
        var browser = new Visitor(archiver.url());
        signIn(browser, user);
        return browser;
    }

    private static HttpResponse<String> signIn(Visitor browser, String user) throws Exception {
        return browser.signIn(user, PASSWORD + user);
    }

    private static Events stored(String text) {
        var events = new Events();
        archiver.publish(events.customerJoined(), events.fromCustomer(0, text));
        stored(events, 1);
        return events;
    }

    private static void stored(Events events, int count) {
        await().atMost(SOON)
                .until(() -> archiver.database()
                                .queryForObject(
                                        "SELECT count(*) FROM store.messages WHERE conversation_sid = ?",
                                        Integer.class,
                                        events.conversationSid())
                        == count);
    }
}
