package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `faults.md` K2 and K3, with the spill, through the whole pipeline. The long form is [BrokerOutageRun#main].
class BrokerOutageIT {

    @Test
    @Tag("K2")
    void withTheBrokerAwayAndIngestKilledWhatWasAcknowledgedIsStoredOnce(@TempDir Path directory) throws Exception {
        var plan = new BrokerOutageRun.Plan("outage", 100, Duration.ofSeconds(1), Duration.ofSeconds(8), 1);

        var result = BrokerOutageRun.run(plan, directory);

        assertThat(result.refused()).isZero();
        assertThat(result.acknowledged()).isEqualTo(result.posted()).isGreaterThan(800);
        assertThat(result.cutOff()).isPositive();
        assertThat(result.spilledAtMost()).isGreaterThan(300);
        assertThat(result.slowest()).isLessThan(Duration.ofSeconds(4));
        assertThat(result.emptyAfter()).isLessThan(Duration.ofSeconds(30));
        assertThat(result.missing()).isZero();
        assertThat(result.doubled()).isZero();
    }
}
