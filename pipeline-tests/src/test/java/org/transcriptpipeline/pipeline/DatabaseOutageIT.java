package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of a long run, see `DatabaseOutageRun` and docs/operations.md.
class DatabaseOutageIT {

    @Test
    @Tag("A5")
    void nothingIsLostOrSetAsideAndNobodyIsMovedWhileTheDatabaseIsAway(@TempDir Path directory) throws Exception {
        var report = DatabaseOutageRun.run(
                new DatabaseOutageRun.Plan(
                        300,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(6),
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1")),
                directory);

        assertThat(report.backlog()).isGreaterThan(1000);
        assertThat(report.notThereOnce()).isZero();
        assertThat(report.quarantined()).isZero();
        assertThat(report.failedSends()).isZero();
        assertThat(report.rebalances()).isZero();
        // what was fetched and waits is bounded, however long it waits: 16 MiB for each of two consumers
        assertThat(report.liveHeapInOutage() - report.liveHeapBefore()).isLessThan(48L << 20);
        assertThat(report.liveHeapAfter()).isLessThan(report.liveHeapBefore() * 3 / 2);
    }
}
