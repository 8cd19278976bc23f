package org.transcriptpipeline.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// That each piece runs on requests that are proved and events that are understood; how fast is not judged here.
class PiecesBenchmarkTest {

    @Test
    void eachPieceRuns() throws Exception {
        var report = PiecesBenchmark.smoke();

        assertThat(report.lines().filter(line -> line.startsWith("| Pieces."))).hasSize(6);
        assertThat(report.lines().filter(line -> line.startsWith("| Rendering.")))
                .hasSize(4);
    }
}
