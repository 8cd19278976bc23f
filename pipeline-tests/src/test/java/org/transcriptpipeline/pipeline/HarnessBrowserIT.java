package org.transcriptpipeline.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// That tests of pages see what is wrong with a page.
@NeedsChromium
class HarnessBrowserIT {

    private static final String GOOD = """
        <!DOCTYPE html><html lang="en"><head><title>A page</title></head>
        <body><main><h1>Good</h1><button>Press</button>%s</main></body></html>\
        """;

    private static HttpServer server;
    private static Browser browser;
    private static String body = "";

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var page = GOOD.formatted(body).getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html;charset=UTF-8");
            exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; img-src http:");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.createContext("/away", exchange -> {
            exchange.getResponseHeaders().set("Location", "http://example.com/");
            exchange.sendResponseHeaders(303, -1);
            exchange.close();
        });
        server.start();
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
        browser.close();
    }

    @AfterEach
    void nothingElseWentWrong() {
        browser.assertNothingWentWrong();
    }

    @Test
    void aGoodPageIsGood() {
        var page = open(View.USUAL, "");

        Axe.assertClean(page);
        Layout.assertNothingIsLost(page);
        assertThat(Keyboard.names(page)).containsExactly("Press");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anImageOfAnotherHostIsSeen(boolean hasScript) {
        open(hasScript ? View.USUAL : View.USUAL.withoutScript(), "<img alt='' src='http://example.com/x.png'>");

        assertThatThrownBy(browser::assertNothingWentWrong)
                .hasMessageContaining("another host: http://example.com/x.png");
    }

    @Test
    void aRedirectToAnotherHostIsSeen() {
        var page = browser.page();
        assertThatThrownBy(() -> page.navigate(url("/away"))).isInstanceOf(PlaywrightException.class);
        // an error page is loaded again by itself after a second, which would be seen after this test
        page.context().close();

        assertThatThrownBy(browser::assertNothingWentWrong).hasMessageContaining("another host: http://example.com/");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatThePolicyRefusesIsSeen(boolean hasScript) {
        open(hasScript ? View.USUAL : View.USUAL.withoutScript(), "<p style='color: red'>red</p>");

        assertThatThrownBy(browser::assertNothingWentWrong).hasMessageContaining("policy: ");
    }

    @Test
    void errorsInTheConsoleAreSeenUnlessTheyWereExpected() {
        var page = open(View.USUAL, "");
        page.evaluate("() => console.error('an error')");
        assertThatThrownBy(browser::assertNothingWentWrong).hasMessageContaining("console: an error");

        browser.expect("the expected error");
        page.evaluate("() => console.error('the expected error')");
        browser.assertNothingWentWrong();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void axeNamesThePlaceAndWhereTheRuleIsExplained(boolean hasScript) {
        var page = open(hasScript ? View.USUAL : View.USUAL.withoutScript(), "<button id='nameless'></button>");

        assertThatThrownBy(() -> Axe.assertClean(page))
                .hasMessageContaining("button-name (critical)")
                .hasMessageContaining("#nameless")
                .hasMessageContaining("https://dequeuniversity.com/rules/axe/");
    }

    @Test
    void aFocusThatDoesNotShowIsSeen() {
        var page = open(View.USUAL, "");

        style(page, "button", "outline: none");
        assertThatThrownBy(() -> Keyboard.names(page)).hasMessageContaining("has no outline");
        style(page, "button", "outline: 3px solid #eee");
        assertThatThrownBy(() -> Keyboard.names(page)).hasMessageContaining("rgb(238, 238, 238)");
        style(page, "button", "outline: 1px solid black");
        assertThatThrownBy(() -> Keyboard.names(page)).hasMessageContaining("an outline of 1px");
        style(page, "button", "outline: 2px solid black");
        assertThat(Keyboard.names(page)).containsExactly("Press");
    }

    @Test
    void whatGetsLostInANarrowWindowOrInLargeLettersIsSeen() {
        var page = open(View.USUAL, "");

        style(page, "h1", "width: 400px");
        assertThatThrownBy(() -> Layout.assertNothingIsLost(page)).hasMessageContaining("in a window of 320");
        style(page, "h1", "width: 8rem; overflow: hidden; font-size: 20px");
        Layout.assertNothingIsLost(page);
        style(page, "h1", "width: 60px; overflow: hidden; font-size: 1.2rem");
        assertThat(Layout.lost(page)).isEmpty();
        assertThatThrownBy(() -> Layout.assertNothingIsLost(page)).hasMessageContaining("is cut off by h1");
        style(page, "h1", "");
        style(page, "body", "font-size: 16px");
        assertThatThrownBy(() -> Layout.assertNothingIsLost(page)).hasMessageContaining("text follows");
    }

    @Test
    void aViewIsWhatThePageSees() {
        var page =
                open(View.USUAL.dark().narrow().in("de-DE").at("Asia/Kolkata").withTextOfTwiceTheSize(), "");

        assertThat(page.evaluate("""
            () => [matchMedia('(prefers-color-scheme: dark)').matches, innerWidth, navigator.language,
                Intl.DateTimeFormat().resolvedOptions().timeZone,
                getComputedStyle(document.body).fontSize].join(' ')\
            """)).isEqualTo("true 320 de-DE" + " Asia/Calcutta" + " 32px");
    }

    private static Page open(View view, String newBody) {
        body = newBody;
        var page = browser.page(view);
        page.navigate(url("/"));
        return page;
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /// Through the object model, which the policy lets through.
    private static void style(Page page, String selector, String style) {
        page.locator(selector).evaluate("(element, style) => { element.style.cssText = style; }", style);
    }
}
