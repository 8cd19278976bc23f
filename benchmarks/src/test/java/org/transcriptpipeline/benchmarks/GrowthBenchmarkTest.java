package org.transcriptpipeline.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// That every message is found at every size; how fast is not judged here.
class GrowthBenchmarkTest {

    @Test
    void everyMessageIsFoundAtEverySize() throws Exception {
        var report = GrowthBenchmark.run(6_000, 0, 1, List.of(new Scale(1, 1, 1_000), new Scale(2, 4, 10)));

        assertThat(report).contains("| 1 | 1 | 1000 | ", "| 2 | 4 | 10 | ").doesNotContain("NaN", "Infinity");
    }
}
