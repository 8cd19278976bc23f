package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What operators are told is what there is: metrics, alarms and dashboard against the code and the operations page.
class ObservabilityDocumentTest {

    /// A meter is made or counted here; its name is the literal.
    private static final Pattern METER =
            Pattern.compile("(?:\\.(?:counter|timer|gauge|builder)|\\bgauge)\\(\\s*\"(transcripts[._][a-z._]+)\"");

    /// Or its name is kept in a constant.
    private static final Pattern NAME = Pattern.compile("\"(transcripts[._][a-z._]+)\"");

    private static final Pattern METRIC = Pattern.compile("\\btranscripts_[a-z_]+");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern RUNBOOK = Pattern.compile("runbook_url: docs/operations\\.md#(\\S+)");

    /// The anchors that a heading has: as GitHub makes them.
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @Test
    void everyMeterOfTheCodeIsDocumentedAndEveryDocumentedOneIsInTheCode() throws IOException {
        var documented = documented().stream()
                .map(ObservabilityDocumentTest::withoutSuffix)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).containsAll(namesInTheCode(METER));
        assertThat(namesInTheCode(NAME)).containsAll(documented);
    }

    @Test
    void alarmsAndDashboardAskForDocumentedMetricsOnly() throws IOException {
        var known = Metrics.families(documented());
        for (var file : new String[] {"alerts.yml", "alerts_test.yml", "grafana/dashboards/transcripts.json"}) {
            var used = metricsIn(Files.readString(Metrics.ROOT.resolve("deploy/observability/" + file)));

            assertThat(used).as(file).isNotEmpty();
            assertThat(known).as(file).containsAll(used);
        }
    }

    @Test
    void everyAlarmHasAnEntryThatItsRunbookLinkLeadsTo() throws IOException {
        var rules = Files.readString(Metrics.ROOT.resolve("deploy/observability/alerts.yml"));
        var page = Metrics.operationsPage();
        var anchors = HEADING.matcher(page)
                .results()
                .map(heading -> anchor(heading.group(1)))
                .collect(Collectors.toSet());

        var alerts = ALERT.matcher(rules).results().map(a -> a.group(1)).toList();
        var links = RUNBOOK.matcher(rules).results().map(a -> a.group(1)).toList();

        assertThat(alerts).hasSizeGreaterThan(30).doesNotHaveDuplicates();
        assertThat(links).hasSameSizeAs(alerts);
        assertThat(links)
                .containsExactlyElementsOf(
                        alerts.stream().map(ObservabilityDocumentTest::anchor).toList());
        assertThat(anchors).containsAll(links);
    }

    @Test
    void everyEntryOfThePageHasItsAlarm() throws IOException {
        var page = Metrics.operationsPage();
        var alarms = page.substring(page.indexOf("\n## Alarms\n"), page.indexOf("\n### Signs without an alarm\n"));
        var entries = Pattern.compile("(?m)^### (\\w+)$")
                .matcher(alarms)
                .results()
                .map(e -> e.group(1))
                .toList();
        var rules = Files.readString(Metrics.ROOT.resolve("deploy/observability/alerts.yml"));

        assertThat(entries)
                .containsExactlyInAnyOrderElementsOf(
                        ALERT.matcher(rules).results().map(a -> a.group(1)).toList());
        // each says how to see the cause, what to do and when it is over
        for (var entry : alarms.split("\n### ", -1)) {
            if (!entry.startsWith("\n## ")) {
                assertThat(entry).contains("- **See**: ", "- **Do**: ", "- **Over**: ");
            }
        }
    }

    @Test
    void everyLinkOfTheAlarmsLeadsSomewhere() throws IOException {
        var page = Metrics.operationsPage();
        var anchors = HEADING.matcher(page)
                .results()
                .map(heading -> anchor(heading.group(1)))
                .collect(Collectors.toSet());

        assertThat(anchors)
                .containsAll(Pattern.compile("\\]\\(#([^)]+)\\)")
                        .matcher(page)
                        .results()
                        .map(link -> link.group(1))
                        .collect(Collectors.toSet()));
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
    }

    private static Set<String> documented() throws IOException {
        return Metrics.documented();
    }

    private static Set<String> metricsIn(String text) {
        return METRIC.matcher(text).results().map(m -> m.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    /// In all modules, in Prometheus's spelling and without what it appends.
    private static Set<String> namesInTheCode(Pattern pattern) throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.walk(Metrics.ROOT)) {
            for (var file :
                    files.filter(ObservabilityDocumentTest::isMainSource).toList()) {
                pattern.matcher(Files.readString(file))
                        .results()
                        .map(m -> withoutSuffix(m.group(1).replace('.', '_')))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static boolean isMainSource(Path file) {
        var path = Metrics.ROOT.relativize(file).toString();
        return path.matches("[a-z-]+/src/main/java/.*\\.java");
    }

    /// Units and kinds are said beside the name in some places of the code, in it in others.
    private static String withoutSuffix(String metric) {
        return metric.replaceFirst("(_total|_seconds|_bytes|_records)+$", "");
    }
}
