package org.transcriptpipeline.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// That the benchmarks of the whole run, that rows, mails and news of them come, and nothing is missing; how fast is
/// not judged here.
class DeploymentBenchmarksTest {

    private static Deployment deployment;

    @BeforeAll
    static void start() throws Exception {
        deployment = new Deployment(EndToEndBenchmark.QUIET_WINDOW);
    }

    @AfterAll
    static void stop() throws Exception {
        if (deployment != null) {
            deployment.close();
        }
    }

    @Test
    void everyMessageIsSeenAndEveryFlowsEndIsMailedOnce() throws Exception {
        var report = new EndToEndBenchmark(deployment, Duration.ofSeconds(2)).run(List.of(50), 5);

        assertThat(report).contains("| 50 | ", "5 flows ended").doesNotContain("NaN");
    }

    @Test
    void pagesAreReadWhileMessagesCome() throws Exception {
        var report = new ReadersBenchmark(deployment, 4, 100, Duration.ofSeconds(2)).run(1);

        assertThat(report)
                .containsPattern("\\| 1 \\| 0 \\| 200 \\|.* 0 \\|\n\\| 1 \\| 4 \\| 200 \\|.* [1-9]\\d* \\|\n");
    }
}
