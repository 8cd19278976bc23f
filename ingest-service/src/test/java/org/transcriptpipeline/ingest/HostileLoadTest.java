package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The short form of [HostileLoad]: a third of the rates, a few seconds.
class HostileLoadTest {

    @Test
    @Tag("I2")
    @Tag("I14")
    @Tag("I15")
    @Tag("I16")
    @Tag("I17")
    void strangersTakeNeitherTwiliosPlaceNorThatOfAnotherWhoIsRefused() throws InterruptedException {
        try (var ingest = RunningIngest.startWith(Map.of())) {
            var outcome = HostileLoad.run(ingest, Duration.ofSeconds(8), 300, 70, 35);

            assertThat(outcome.isHeld()).as(outcome.toString()).isTrue();
            // a machine that builds something else beside it is slower than the one that is measured
            assertThat(outcome.goodMillisAt(0.99)).as(outcome.toString()).isLessThan(1_000);
            assertThat(outcome.answered("unsigned 403")).isPositive();
            assertThat(outcome.answered("forged 403")).isPositive();
            assertThat(outcome.answered("announced too large 413")).isPositive();
            assertThat(outcome.answered("too large 413")).isPositive();
            assertThat(outcome.answered("too many parameters 400")).isPositive();
            assertThat(outcome.answered("compressed 415")).isPositive();
            assertThat(outcome.answered("large headers 431")).isPositive();
        }
    }
}
