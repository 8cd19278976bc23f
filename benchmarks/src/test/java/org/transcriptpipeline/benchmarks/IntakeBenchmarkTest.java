package org.transcriptpipeline.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// That the benchmark runs and finds all that was acknowledged; how fast is not judged here.
class IntakeBenchmarkTest {

    @Test
    void everyAcknowledgedRequestIsFound() throws Exception {
        var report = IntakeBenchmark.run(Duration.ofSeconds(1), 1, List.of(16), List.of(Receivers.values()));

        assertThat(report)
                .contains("| ingest-service |", "| bare Netty and producer |", "| ingest-service, empty endpoint |")
                .doesNotContain("NaN");
    }
}
