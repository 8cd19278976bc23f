package org.transcriptpipeline.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// That the benchmark runs, and that rows and mails come; how fast is not judged here.
class EndToEndBenchmarkTest {

    @Test
    void everyMessageIsSeenAndEveryFlowsEndIsMailedOnce() throws Exception {
        var report = EndToEndBenchmark.run(Duration.ofSeconds(2), List.of(50), 5);

        assertThat(report).contains("| 50 | ", "5 flows ended").doesNotContain("NaN");
    }
}
