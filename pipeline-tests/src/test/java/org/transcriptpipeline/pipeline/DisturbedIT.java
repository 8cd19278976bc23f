package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of a long run, see `DisturbedRun` and docs/operations.md.
class DisturbedIT {

    @Test
    @Tag("A1")
    @Tag("N1")
    @Tag("N2")
    @Tag("O6")
    void whoeverIsKilledTheRowsAndTheMailsAreThoseOfOneThatNobodyDisturbed(@TempDir Path directory) throws Exception {
        var report = DisturbedRun.run(new DisturbedRun.Plan(40, Duration.ofSeconds(5)), directory);

        assertThat(report.kills()).isPositive();
        assertThat(report.disturbed().rows()).isEqualTo(report.undisturbed().rows());
        assertThat(report.disturbed().versions())
                .hasSize(2 * 40)
                .isEqualTo(report.undisturbed().versions());
        assertThat(report.disturbed().messageIds())
                .hasSize(2 * 40)
                .isEqualTo(report.undisturbed().messageIds());
        assertThat(report.undisturbed().doubles()).isZero();
        assertThat(report.disturbed().doubles()).isLessThanOrEqualTo(report.doublesAllowed());
        assertThat(report.disturbed().doublesThatDoNotSaySo()).isZero();
        assertThat(report.disturbed().notThereOnce() + report.undisturbed().notThereOnce())
                .isZero();
        assertThat(report.disturbed().quarantined() + report.undisturbed().quarantined())
                .isZero();
    }
}
