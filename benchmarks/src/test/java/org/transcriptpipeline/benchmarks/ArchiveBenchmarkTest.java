package org.transcriptpipeline.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// That the benchmark runs and finds all that was put in; how fast is not judged here.
class ArchiveBenchmarkTest {

    @Test
    void everyMessageIsFound() throws Exception {
        var report = ArchiveBenchmark.run(4_000, 0, 1, List.of(Archives.values()));

        assertThat(report)
                .contains(
                        "| archiver-service, messages |",
                        "| COPY of the same rows |",
                        "| archiver-service, realistic mix |")
                .doesNotContain("NaN");
    }
}
