package org.transcriptpipeline.pipeline;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Media;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Scenario;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.Webhook;

/// The console in a real browser, before the whole pipeline: what is posted to ingest is on the pages.
@NeedsChromium
class ConsoleBrowserIT {

    /// What the console promises: on an open page by then, without a reload.
    private static final long LIVE_LIMIT_MILLIS = 2_000;

    private static final String PASSWORD = "a planted password of ";

    /// Each of these would do harm where it is not text.
    private static final String HOSTILE =
            "<img src=x onerror=\"document.title='run'\"> <script>document.title='run'</script>"
                    + " ${7331*7} [[${7331*7}]] javascript:document.title='run' \u202Egnp.exe\u202C";

    private static final String DIFFICULT = """
            name: %s
            customer: "+12025550177"
            number: "+12025550199"
            steps:
              - conversation-added:
                at: 0s
              - participant-added: {name: customer}
                at: 100ms
              - message-added: {name: long, from: flow, text: '%s'}
                at: 1s
              - message-added: {name: hostile, from: customer, text: '%s'}
                at: 2s
            """;

    private static StandaloneProcess standalone;
    private static TwilioSimulator twilio;
    private static Browser browser;
    private static Scenario demo;
    private static Scenario difficult;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        standalone = StandaloneProcess.withAccount(directory, "console");
        for (var role : List.of("viewer", "operator", "admin")) {
            var prefix = "TRANSCRIPTS_CONSOLE_USERS_" + role.toUpperCase(java.util.Locale.ROOT);
            standalone.with(prefix + "_PASSWORD", PASSWORD + role);
            standalone.with(prefix + "_TEAM", "*");
            standalone.with(prefix + "_ROLE", role);
        }
        standalone.with("TRANSCRIPTS_ANSWERS_CHECK_INTERVAL", "1s");
        standalone.start();
        twilio = standalone.twilio();
        demo = Scenario.bundled("puppy-hotline.yaml");
        twilio.play(demo, Instant.now().minusSeconds(150));
        difficult = Scenario.parse(
                "difficult.yaml",
                DIFFICULT.formatted("difficult", "ten letters ".repeat(833), HOSTILE.replace("'", "''")));
        twilio.play(difficult, Instant.now().minusSeconds(400));
        stored(demo.conversationSid(), 9);
        stored(difficult.conversationSid(), 2);
        browser = Browser.start();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            if (browser != null) {
                browser.close();
            }
        } finally {
            if (twilio != null) {
                twilio.close();
            }
            standalone.close();
        }
    }

    @AfterEach
    void nothingWentWrong() {
        browser.closePages();
        browser.assertNothingWentWrong();
    }

    // --- live

    @Test
    void whatIsPostedIsOnTheOpenPagesWithoutAReload() throws Exception {
        var list = signedIn("viewer", View.USUAL);
        var transcript = signedIn("viewer", View.USUAL);
        list.evaluate("() => { window.isTheSamePage = true; }");
        var onList = new ArrayList<Long>();
        var onTranscript = new ArrayList<Long>();
        for (int round = 0; round < 3; round++) {
            var requests = new Requests("live-" + round, standalone.accountSid(), 1, 6, Instant.now());
            var webhooks = requests.stream().toList();
            onList.add(millisUntil(
                    list.locator("#" + requests.conversationSid(0)), webhooks.subList(0, webhooks.size() / 2)));

            transcript.navigate(address("/conversations/" + requests.conversationSid(0)));
            transcript.evaluate("() => { window.isTheSamePage = true; }");
            int shown = transcript.locator(".message").count();
            onTranscript.add(millisUntil(
                    transcript.locator(".message").nth(shown), webhooks.subList(webhooks.size() / 2, webhooks.size())));
            assertThat((Boolean) transcript.evaluate("() => window.isTheSamePage"))
                    .isTrue();
        }

        assertThat((Boolean) list.evaluate("() => window.isTheSamePage")).isTrue();
        System.out.printf("on the open list after %s ms, on the open transcript after %s%n", onList, onTranscript);
        assertThat(Collections.max(onList)).isLessThan(LIVE_LIMIT_MILLIS);
        assertThat(Collections.max(onTranscript)).isLessThan(LIVE_LIMIT_MILLIS);
    }

    private static long millisUntil(Locator shown, List<Webhook> posted) throws InterruptedException {
        long before = System.nanoTime();
        for (var webhook : posted) {
            assertThat(twilio.post(webhook).isAcknowledged()).isTrue();
        }
        shown.waitFor();
        return Duration.ofNanos(System.nanoTime() - before).toMillis();
    }

    @Test
    void aListThatIsReadFurtherDownIsNotMoved() throws Exception {
        var page = signedIn("viewer", View.USUAL.narrow());
        page.setViewportSize(View.NARROW, 240); // of a few rows, one is out of sight
        page.waitForTimeout(1_000); // a stream begins with a look at the list
        assertThat(page.locator("#news")).isHidden();
        page.evaluate("() => window.scrollTo(0, 60)");
        double before = ((Number) page.evaluate("() => document.querySelector('.row').getBoundingClientRect().top"))
                .doubleValue();

        var requests = new Requests("news", standalone.accountSid(), 1, 1, Instant.now());
        for (var webhook : requests.stream().toList()) {
            twilio.post(webhook);
        }

        assertThat(page.locator("#news")).isVisible();
        double after = ((Number) page.evaluate("() => document.querySelector('.row').getBoundingClientRect().top"))
                .doubleValue();
        assertThat(after).isEqualTo(before);
        page.locator("#news a").click();
        assertThat(page.locator("#" + requests.conversationSid(0))).isVisible();
    }

    // --- finding

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsSearchedByWordsAndByNumberAndNeitherIsInTheAddress(boolean hasScript) {
        await("the words are found")
                .atMost(Duration.ofSeconds(20))
                .until(() -> standalone
                                .database()
                                .sql("SELECT count(*) FROM transcripts.search('corgi')")
                                .query(Long.class)
                                .single()
                        > 0);
        var page = signedIn("viewer", hasScript ? View.USUAL : View.USUAL.withoutScript());

        page.locator("summary").first().click();
        page.getByLabel("Words in messages").fill("corgi");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show"))
                .click();
        assertThat(page.locator(".row")).hasCount(1);
        assertThat(page.locator(".row .text")).containsText("«corgi»");
        assertThat(page.url()).doesNotContain("corgi");

        page.getByLabel("Words in messages").fill("");
        page.getByLabel("Customer’s address").fill("+12025550177");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show"))
                .click();
        assertThat(page.locator(".row")).hasCount(1);
        assertThat(page.locator("#" + difficult.conversationSid())).isVisible();
        assertThat(page.url()).doesNotContain("5550177");

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Show all"))
                .click();
        page.locator("summary").first().click();
        page.getByLabel("With a message that did not arrive").check();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show"))
                .click();
        assertThat(page.locator(".row")).hasCount(1);
        assertThat(page.locator("#" + demo.conversationSid())).isVisible();
        assertThat(page.url()).contains("failed=true");
    }

    // --- a transcript

    @Test
    void aTranscriptIsReadWithoutScript() {
        var page = signedIn("viewer", View.USUAL.withoutScript());

        page.locator("#" + demo.conversationSid()).click();

        for (var words : DemoIT.MESSAGES) {
            assertThat(page.locator(".messages")).containsText(words);
        }
        assertThat(page.locator(".delivery.bad summary")).containsText("30003");
        assertThat(page.locator("time").first()).containsText("UTC");
        page.locator(".delivery.bad summary").click();
        assertThat(page.locator(".delivery.bad")).containsText("Try again later or call.");
    }

    @Test
    void timesAreInTheReadersZoneWhichIsNamed() {
        var page = signedIn("viewer", View.USUAL.in("de-DE").at("Australia/Adelaide"));

        page.navigate(address("/conversations/" + demo.conversationSid()));

        assertThat(page.locator(".message time").first())
                .hasAttribute("title", Pattern.compile(".*Australia/Adelaide.*"));
    }

    @Test
    void aPermanentLinkLeadsToItsMessage() {
        var page = signedIn("viewer", View.USUAL);
        page.navigate(address("/conversations/" + demo.conversationSid()));
        var third = page.locator(".message").nth(2);
        var id = third.getAttribute("id");

        third.locator(".permanent").click();

        assertThat(page.url()).endsWith("#" + id);
        assertThat(page.locator("#" + id)).isInViewport();
    }

    @Test
    void whatIsPrintedIsTheTranscriptAlone() {
        var page = signedIn("operator", View.USUAL);
        page.navigate(address("/conversations/" + demo.conversationSid()));

        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

        assertThat(page.locator(".top")).isHidden();
        assertThat(page.locator(".hand-over")).isHidden();
        assertThat(page.locator(".messages")).containsText("A corgi please");
        assertThat(page.pdf()).startsWith("%PDF".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    // --- doing

    @Test
    void anOperatorHandsOverAndSendsItOnceMore() throws Exception {
        int mails = standalone.mails().size();
        var page = signedIn("operator", View.USUAL);
        page.navigate(address("/conversations/" + difficult.conversationSid()));

        page.getByLabel("Note for whoever takes it").fill("please call");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Hand over now"))
                .click();

        assertThat(page.getByRole(AriaRole.STATUS).first()).containsText("Asked for.");
        await("a mail with the note")
                .atMost(Duration.ofSeconds(60))
                .until(() -> standalone.mails().size() > mails);
        await("who got it is on the page").atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            page.navigate(address("/conversations/" + difficult.conversationSid()));
            assertThat(page.locator(".handoffs").innerText()).contains(StandaloneProcess.OPERATOR + ": sent");
        });

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send the newest once more"))
                .click();
        assertThat(page.getByRole(AriaRole.STATUS).first()).containsText("It goes out once more.");
        await("the same once more")
                .atMost(Duration.ofSeconds(60))
                .until(() -> standalone.mails().size() > mails + 1);
    }

    @Test
    void anAdminSeesWhatTwilioIsToldAndWhatItSent() {
        var page = signedIn("admin", View.USUAL);

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Set-up"))
                .click();

        assertThat(page.locator(".addresses")).containsText("/webhooks/conversations");
        assertThat(page.locator("main")).containsText("transcripts.message.added.v1");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Overview"))
                .click();
        assertThat(page.locator(".tiles")).containsText("events that wait at ingest for Kafka");
    }

    @Test
    void everythingIsDoneByKeyboardToo() {
        var page = signedIn("operator", View.USUAL);

        Keyboard.goTo(page, "Filter and search");
        page.keyboard().press("Enter");
        Keyboard.goTo(page, "With a message that did not arrive");
        page.keyboard().press("Space");
        Keyboard.goTo(page, "Show");
        page.keyboard().press("Enter");
        assertThat(page.locator(".row")).hasCount(1);
        page.waitForLoadState();

        page.locator("#" + demo.conversationSid()).focus();
        page.keyboard().press("Enter");
        assertThat(page.locator(".messages")).isVisible();
        page.waitForLoadState();
        Keyboard.goTo(page, "Hand over now");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS).first()).containsText("Asked for.");
        Keyboard.goTo(page, "Sign out");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("You have signed out.");
    }

    @Test
    void pageByPageEachConversationComesOnce() throws Exception {
        var requests = new Requests("paging", standalone.accountSid(), 60, 1, Instant.now());
        for (var webhook : requests.stream().toList()) {
            assertThat(twilio.post(webhook).isAcknowledged()).isTrue();
        }
        for (int i = 0; i < 60; i++) {
            stored(requests.conversationSid(i), 1);
        }
        var page = signedIn("viewer", View.USUAL);
        var seen = new ArrayList<String>();
        collect(page, seen);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Older ones"))
                .click();
        assertThat(page.url()).contains("after=");
        collect(page, seen);

        assertThat(seen).doesNotHaveDuplicates();
        for (int i = 0; i < 60; i++) {
            assertThat(seen).contains(requests.conversationSid(i));
        }
        page.goBack();
        assertThat(page.locator(".row")).hasCount(50);
    }

    private static void collect(Page page, List<String> seen) {
        page.waitForLoadState();
        // all in one look: the list is alive
        for (var id : (List<?>) page.locator(".row").evaluateAll("rows => rows.map(row => row.id)")) {
            seen.add((String) id);
        }
    }

    @Test
    void aViewerHasNoButtons() {
        var page = signedIn("viewer", View.USUAL);
        page.navigate(address("/conversations/" + demo.conversationSid()));

        assertThat(page.locator("main form")).hasCount(0);
    }

    @Test
    void whoSignsOutIsOut() {
        var page = signedIn("viewer", View.USUAL);

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                .click();

        assertThat(page.getByRole(AriaRole.STATUS)).containsText("You have signed out.");
        page.navigate(address("/"));
        assertThat(page.url()).endsWith("/sign-in");
    }

    // --- what a customer wrote

    @Test
    void whatACustomerWroteIsTextOnEveryPage() {
        var page = signedIn("viewer", View.USUAL);
        var transcript = address("/conversations/" + difficult.conversationSid());
        for (var address : List.of(address("/"), transcript)) {
            page.navigate(address);
            assertThat(page.locator("main")).containsText("<img src=x onerror=");
            assertThat(page.locator("main")).containsText("[[${7331*7}]]");
            assertThat(page.locator("main img, main script[src]")).hasCount(0);
            assertThat(page.title()).isNotEqualTo("run");
        }
        page.navigate(transcript);
        assertThat(page.locator(".messages"))
                .containsText("ten letters ten letters", new ContainsTextOptions().setTimeout(5_000));
        Layout.assertNothingIsLost(page);
    }

    /// The second wall: were it not escaped, it would not run either.
    @Test
    void thePolicyStopsWhatWasNotEscaped() {
        browser.expect("Content Security Policy|policy:|404|ERR_|Failed to load");
        var page = signedIn("viewer", View.USUAL);
        page.route("**/live*", Route::abort); // it would bring the message once more, escaped
        page.route("**/conversations/" + difficult.conversationSid(), route -> {
            var answer = route.fetch();
            route.fulfill(new Route.FulfillOptions()
                    .setResponse(answer)
                    .setBody(answer.text()
                            .replace("&lt;", "<")
                            .replace("&gt;", ">")
                            .replace("&quot;", "\"")
                            .replace("&#39;", "'")));
        });

        page.navigate(address("/conversations/" + difficult.conversationSid()));

        assertThat(page.locator("main img[onerror]").count())
                .as("the escaping is gone")
                .isPositive();
        page.waitForFunction("() => [...document.images].every(one => one.complete)");
        assertThat(page.title()).isEqualTo("Transcript");
    }

    // --- for everybody

    static List<View> views() {
        return List.of(
                View.USUAL,
                View.USUAL.dark(),
                View.USUAL.in("de-DE").at("Europe/Berlin").narrow(),
                View.USUAL.dark().narrow());
    }

    @ParameterizedTest
    @MethodSource("views")
    void everyPageIsForEverybody(View view) {
        browser.expect("the server responded with a status of 404");
        var page = browser.page(view);
        page.navigate(address("/sign-in"));
        isForEverybody(page, "console-sign-in");
        signIn(page, "admin");
        isForEverybody(page, "console-list");
        page.locator("summary").first().click();
        isForEverybody(page, "console-filter");
        page.navigate(address("/overview"));
        isForEverybody(page, "console-overview");
        page.navigate(address("/conversations/" + demo.conversationSid()));
        isForEverybody(page, "console-transcript");
        page.navigate(address("/conversations/" + difficult.conversationSid()));
        isForEverybody(page, "console-difficult");
        page.navigate(address("/set-up"));
        isForEverybody(page, "console-set-up");
        page.navigate(address("/conversations/none"));
        isForEverybody(page, "console-failure");
    }

    private static void isForEverybody(Page page, String name) {
        Axe.assertClean(page);
        Keyboard.names(page);
        Layout.assertNothingIsLost(page);
        Screenshots.take(page, name);
    }

    // ---

    private static Page signedIn(String user, View view) {
        var page = browser.page(view);
        page.navigate(address("/sign-in"));
        signIn(page, user);
        return page;
    }

    private static void signIn(Page page, String user) {
        page.locator("#username").fill(user);
        page.locator("#password").fill(PASSWORD + user);
        page.locator("main button").click();
        page.waitForURL(url -> !url.contains("sign-in"));
    }

    private static String address(String path) {
        return standalone.archiverUrl() + path;
    }

    private static void stored(String conversationSid, int messages) {
        await("%d messages of %s".formatted(messages, conversationSid))
                .atMost(Duration.ofSeconds(30))
                .until(() -> standalone
                                .database()
                                .sql(
                                        "SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ? AND NOT is_stub")
                                .param(conversationSid)
                                .query(Integer.class)
                                .single()
                        == messages);
    }
}
