package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The operator's page, opened from the mail of the demo: the handoff is taken without a mouse, without script, in
/// whatever language, colours and size of text.
@NeedsChromium
class TakePageBrowserIT {

    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/handoffs/\\S+");

    private static StandaloneProcess standalone;
    private static Browser browser;
    private static String link;

    @BeforeAll
    static void theDemoIsMailed(@TempDir Path directory) throws Exception {
        standalone = StandaloneProcess.withNothing(directory, "take-page");
        standalone.with("CONSOLE_BASE_URL", standalone.archiverUrl());
        standalone.start();
        await("the handoff mail")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !standalone.mails().isEmpty());
        var found = LINK.matcher(Mail.read(standalone.mails().getFirst()).text());
        assertThat(found.find()).as("a link in the mail").isTrue();
        link = found.group();
        browser = Browser.start();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            if (browser != null) {
                browser.close();
            }
        } finally {
            standalone.close();
        }
    }

    @BeforeEach
    void nobodyHasIt() {
        standalone.jdbc().update("UPDATE store.handoffs SET taken_at = NULL, taken_by = NULL");
    }

    @AfterEach
    void nothingWentWrong() {
        browser.assertNothingWentWrong();
    }

    static List<View> views() {
        return List.of(
                View.USUAL,
                View.USUAL.withoutScript(),
                View.USUAL.dark().withoutScript(),
                View.USUAL.in("de-DE").at("Europe/Berlin").withoutScript(),
                View.USUAL.in("de-DE").at("Europe/Berlin").dark().narrow().withoutScript());
    }

    @ParameterizedTest
    @MethodSource("views")
    void theHandoffIsTakenByKeyboard(View view) {
        boolean isGerman = view.locale().startsWith("de");
        var button = isGerman ? "Ich übernehme" : "I have it";
        var stop = isGerman ? "Flow in dieser Konversation anhalten" : "Stop the flow in this conversation";
        var page = browser.page(view);
        page.navigate(link);
        assertThat(page.getAttribute("html", "lang")).isEqualTo(isGerman ? "de" : "en");
        assertThat(page.title()).isEqualTo(isGerman ? "Ein Kunde wartet auf Sie" : "A customer waits for you");
        assertThat(Keyboard.names(page)).containsExactly(button, stop);
        isForEverybody(page, "take-open-" + page.getAttribute("html", "lang"));

        Keyboard.goTo(page, button);
        page.keyboard().press("Enter");

        page.getByRole(AriaRole.STATUS).waitFor();
        assertThat(page.getByRole(AriaRole.STATUS).innerText())
                .startsWith(isGerman ? "Sie haben übernommen." : "You have it.")
                .endsWith(" UTC");
        assertThat(page.url()).as("reloading presses no button").isEqualTo(link);
        assertThat(isTaken()).isTrue();
        assertThat(Keyboard.names(page)).containsExactly(stop);
        isForEverybody(page, "take-taken-" + page.getAttribute("html", "lang"));
    }

    @Test
    void whatCameOfStoppingTheFlowIsSaidOnThePage() {
        for (var view : List.of(View.USUAL, View.USUAL.dark())) {
            var page = browser.page(view.withoutScript());
            page.navigate(link);

            Keyboard.goTo(page, "Stop the flow in this conversation");
            page.keyboard().press("Space");

            // the demo has no account at Twilio
            page.getByRole(AriaRole.ALERT).waitFor();
            assertThat(page.getByRole(AriaRole.ALERT).innerText()).startsWith("Twilio did not do it.");
            isForEverybody(page, "take-flow-failed");
        }
    }

    @Test
    void aLinkThatIsNotGenuineLeadsToAPageThatSaysSo() {
        browser.expect("the server responded with a status of 404");
        for (var view : List.of(View.USUAL, View.USUAL.dark())) {
            var page = browser.page(view);

            var answer = page.navigate(link + "x");

            assertThat(answer.status()).isEqualTo(404);
            assertThat(page.getByRole(AriaRole.HEADING).innerText()).isEqualTo("This link leads nowhere");
            isForEverybody(page, "take-unknown");
        }
    }

    private static void isForEverybody(Page page, String name) {
        Axe.assertClean(page);
        Layout.assertNothingIsLost(page);
        Screenshots.take(page, name);
    }

    private static boolean isTaken() {
        return standalone
                .database()
                .sql("SELECT count(*) FROM store.handoffs WHERE taken_at IS NOT NULL")
                .query(Long.class)
                .single()
                .equals(1L);
    }
}
