package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Deque's rules for pages that everybody can use: WCAG 2.2 up to AA, and what is agreed to be good practice.
///
/// Runs by the debugger's way into the page, which no Content-Security-Policy forbids. What no rule can see is for
/// [Keyboard] and [Layout].
final class Axe {

    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /// As Deque's own library for Playwright has it. The library itself wants another Jackson and does no more.
    private static final String SCRIPT = script();

    /// Where scripts are turned off no timer ever rings, and axe hands on its work by timers that want no time.
    private static final String TIMERS = """
        () => {
            if (matchMedia('(scripting: none)').matches)
                window.setTimeout = (run, delay) => { if (!delay) Promise.resolve().then(run); return 0; };
        }\
        """;

    private static final String RUN = """
        async tags => {
            const found = await axe.run(document, { runOnly: tags, resultTypes: ['violations'], preload: false });
            return {
                rules: found.passes.length + found.violations.length,
                violations: found.violations.flatMap(rule => rule.nodes.map(node =>
                    `${rule.id} (${rule.impact}): ${rule.help}\\n`
                    + `  at ${node.target.join(' ')}: ${node.html}\\n`
                    + `  ${(node.failureSummary ?? '').replaceAll('\\n', '\\n  ')}\\n`
                    + `  ${rule.helpUrl}`)),
            };
        }\
        """;

    private Axe() {}

    static void assertClean(Page page) {
        assertThat(violations(page)).as("axe at %s", page.url()).isEmpty();
    }

    /// One text for each place, with its selector and where the rule is explained.
    static List<String> violations(Page page) {
        page.evaluate(TIMERS);
        page.evaluate(SCRIPT);
        var found = (Map<?, ?>) page.evaluate(RUN, RULES);
        assertThat((Integer) found.get("rules")).as("rules that applied").isPositive();
        return ((List<?>) found.get("violations"))
                .stream().map(Object::toString).toList();
    }

    private static String script() {
        try (var stream = Objects.requireNonNull(Axe.class.getResourceAsStream("/axe.min.js"), "axe.min.js")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
