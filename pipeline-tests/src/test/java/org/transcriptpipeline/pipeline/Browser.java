package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The Chromium that the system has, without a window. Whatever a page complains of in the console, whatever its
/// Content-Security-Policy refused, and every request for another host than this one is remembered and fails the test
/// at [#assertNothingWentWrong()] or at the end, unless the test said that it would come.
///
/// One thread only: Playwright hears of what the browser does while it is asked something.
final class Browser implements AutoCloseable {

    /// For one step: a click, a page to come.
    private static final Duration STEP_LIMIT = Duration.ofSeconds(20);

    /// From the start to the end. Playwright sets no limit for a script that it runs in a page; without its processes
    /// whatever still waits fails.
    private static final Duration LIFE_LIMIT = Duration.ofMinutes(20);

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String HOST = "127.0.0.1";
    private static final Pattern HERE =
            Pattern.compile("(?:about|data|blob):|(?:http|ws)s?://" + Pattern.quote(HOST) + "(?::\\d+)?(?:[/?#]|$)");

    /// Nothing that a browser does for itself, and no name that could be looked up. `--no-sandbox`: the tests may run
    /// as root, in a container without user namespaces, and the pages are our own.
    private static final List<String> OPTIONS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE " + HOST);

    private final Playwright playwright;
    private final List<ProcessHandle> processes;
    private final com.microsoft.playwright.Browser chromium;
    private final CompletableFuture<Void> watch;
    private final List<String> complaints = new ArrayList<>();
    private final List<Pattern> expected = new ArrayList<>();

    /// For [EnabledIf], in `@NeedsChromium`.
    static boolean isInstalled() {
        return find().isPresent();
    }

    static Browser start() {
        return new Browser(find().orElseThrow(() -> new IllegalStateException("no Chromium, see @NeedsChromium")));
    }

    private Browser(Path executable) {
        PlaywrightAssertions.setDefaultAssertionTimeout(STEP_LIMIT.toMillis());
        var before = ProcessHandle.current().children().collect(Collectors.toSet());
        // its own browsers are no part of the build: they would be downloaded from elsewhere
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        processes = ProcessHandle.current()
                .children()
                .filter(child -> !before.contains(child))
                .filter(child -> child.info().command().orElse("").contains("playwright"))
                .toList();
        watch = CompletableFuture.runAsync(
                this::endProcesses, CompletableFuture.delayedExecutor(LIFE_LIMIT.toSeconds(), TimeUnit.SECONDS));
        try {
            // with a user directory of its own, which is removed with it
            chromium = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(executable)
                            .setArgs(OPTIONS)
                            .setTimeout(Duration.ofMinutes(1).toMillis()));
        } catch (RuntimeException e) {
            endProcesses();
            throw e;
        }
    }

    /// A window of its own, with nothing that another one left: no cookie, no sign-in, no cache.
    Page page(View view) {
        var context = chromium.newContext(view.options());
        context.setDefaultTimeout(STEP_LIMIT.toMillis());
        context.setDefaultNavigationTimeout(STEP_LIMIT.toMillis());
        staysHere(context);
        context.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("assert")) {
                complaints.add("console: " + message.text() + " (" + message.location() + ")");
            }
        });
        context.onWebError(error -> complaints.add("uncaught: " + error.error()));
        var page = context.newPage();
        page.onCrash(_ -> complaints.add("the page crashed"));
        page.onWebSocket(socket -> {
            if (isForeign(socket.url())) {
                complaints.add("another host: " + socket.url());
            }
        });
        hearsOfPolicies(page);
        if (view.textScale() != 1) {
            scaleText(page, view.textScale());
        }
        return page;
    }

    Page page() {
        return page(View.USUAL);
    }

    /// Those of one test: an open page goes on asking.
    void closePages() {
        List.copyOf(chromium.contexts()).forEach(BrowserContext::close);
    }

    /// A complaint that has this in it is no failure, from now on.
    void expect(String regex) {
        expected.add(Pattern.compile(regex));
    }

    /// Of everything until now; says it once.
    void assertNothingWentWrong() {
        var unexpected = complaints.stream()
                .filter(complaint -> expected.stream()
                        .noneMatch(pattern -> pattern.matcher(complaint).find()))
                .distinct()
                .toList();
        complaints.clear();
        assertThat(unexpected)
                .as("console errors, refusals by policy, requests for other hosts")
                .isEmpty();
    }

    /// What a reader does who sets the size of text in the browser's settings: `1rem` follows, and so do letters
    /// without a size. Not done with a style sheet, which the page's own policy would refuse.
    static void scaleText(Page page, double scale) {
        var sizes = new JsonObject();
        sizes.addProperty("standard", Math.round(16 * scale));
        sizes.addProperty("fixed", Math.round(13 * scale));
        var parameters = new JsonObject();
        parameters.add("fontSizes", sizes);
        page.context().newCDPSession(page).send("Page.setFontSizes", parameters);
    }

    /// A redirect reaches no route, so requests are looked at as well.
    private void staysHere(BrowserContext context) {
        context.route(Browser::isForeign, route -> route.abort("addressunreachable"));
        context.onRequest(this::rememberForeign);
    }

    private void rememberForeign(Request request) {
        if (isForeign(request.url())) {
            complaints.add("another host: " + request.url());
        }
    }

    /// Also those that no console shows.
    private void hearsOfPolicies(Page page) {
        var session = page.context().newCDPSession(page);
        session.on("Audits.issueAdded", event -> {
            var issue = event.getAsJsonObject("issue");
            if (issue.get("code").getAsString().equals("ContentSecurityPolicyIssue")) {
                complaints.add("policy: "
                        + issue.getAsJsonObject("details").getAsJsonObject("contentSecurityPolicyIssueDetails"));
            }
        });
        session.send("Audits.enable");
    }

    private static boolean isForeign(String url) {
        return !HERE.matcher(url).lookingAt();
    }

    @Override
    public void close() {
        watch.cancel(false);
        try {
            playwright.close();
        } finally {
            endProcesses();
        }
        assertNothingWentWrong();
    }

    /// Playwright's own, and the browser that it started.
    private void endProcesses() {
        processes.stream()
                .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process)))
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static Optional<Path> find() {
        var named = Stream.of(System.getProperty("CHROMIUM"), System.getenv("CHROMIUM"))
                .filter(Objects::nonNull)
                .map(Path::of);
        var onPath = Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)));
        return Stream.concat(named, onPath).filter(Files::isExecutable).findFirst();
    }
}
