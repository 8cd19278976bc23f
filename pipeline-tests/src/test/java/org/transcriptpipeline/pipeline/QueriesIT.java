package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Every query of docs/queries.md, as it is written there, by the analyst on the demo: it gives what is written under
/// it.
class QueriesIT {

    private static final Pattern QUESTION = Pattern.compile("```sql\n(.*?)```\\s+```text\n(.*?)```", Pattern.DOTALL);

    private record Question(String sql, String answer) {}

    @Test
    void eachQueryOfTheDocumentGivesTheAnswerUnderIt(@TempDir Path directory) throws Exception {
        var document = Files.readString(Path.of("..", "docs", "queries.md"));
        var questions = QUESTION.matcher(document)
                .results()
                .map(found -> new Question(found.group(1), found.group(2).strip()))
                .toList();
        assertThat(questions).hasSizeGreaterThanOrEqualTo(10);
        assertThat(document.split("```sql", -1)).as("each has its answer").hasSize(questions.size() + 1);

        try (var standalone = StandaloneProcess.withNothing(directory, "queries")) {
            standalone.start();
            var analyst = standalone.analyst();
            await("the demo, handed over and counted")
                    .atMost(Duration.ofSeconds(300))
                    .until(() -> !standalone.mails().isEmpty() && isCounted(analyst));
            var day = analyst.sql("SELECT max(day) FROM conversations_daily")
                    .query(LocalDate.class)
                    .single();

            var soft = new SoftAssertions();
            questions.forEach(question -> soft.assertThat(answer(analyst, question.sql()))
                    .as(question.sql())
                    .isEqualTo(question.answer()
                            .replace("<day>", day.toString())
                            .replace("customer | 5 | 1", "customer | 5 | " + hours(analyst, "customer"))
                            .replace("flow | 4 | 1", "flow | 4 | " + hours(analyst, "flow"))));
            soft.assertAll();
        }
    }

    /// The demo plays at any time: its minutes may lie in two hours.
    private static long hours(JdbcClient analyst, String authorKind) {
        return analyst.sql("SELECT count(DISTINCT date_trunc('hour', sent_at)) FROM messages WHERE author_kind = :kind")
                .param("kind", authorKind)
                .query(Long.class)
                .single();
    }

    /// A verdict is waited for before a day is counted.
    private static boolean isCounted(JdbcClient analyst) {
        return analyst.sql("""
                        SELECT
                            (SELECT waiting_messages = 0 FROM search_freshness)
                            AND (SELECT lag_seconds = 0 FROM answers_freshness)
                            AND EXISTS (SELECT FROM flow_outcomes WHERE handed_over_count > 0)
                            AND EXISTS (SELECT FROM handoff_deliveries WHERE status = 'sent')
                        """).query(Boolean.class).single();
    }

    private static String answer(JdbcClient analyst, String sql) {
        return analyst.sql(sql.strip().replaceAll(";$", "")).query((ResultSet rows) -> {
            List<String> lines = new ArrayList<>();
            lines.add(line(rows, true));
            while (rows.next()) {
                lines.add(line(rows, false));
            }
            return String.join("\n", lines);
        });
    }

    private static String line(ResultSet rows, boolean isHead) throws SQLException {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            cells.add(isHead ? rows.getMetaData().getColumnLabel(i) : String.valueOf(rows.getString(i)));
        }
        return String.join(" | ", cells);
    }
}
