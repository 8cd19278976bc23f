package org.transcriptpipeline.ingest.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import org.transcriptpipeline.ingest.signature.Proof.Reason;

/// Five a second for each reason, two for each peer, 1,000 bytes for all; ten times as much at once.
@Tag("I2")
class QuarantineBudgetTest {

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1); // it may wrap around
    private final QuarantineBudget budget =
            new QuarantineBudget(new QuarantineProperties(5, 2, DataSize.ofBytes(1_000)), nanoTime::get);

    @Test
    void aReasonHasItsShareAndLeavesTheOthersTheirs() {
        assertThat(taken(100, Reason.MISMATCH, true, 1)).isEqualTo(50);
        assertThat(taken(100, Reason.MISSING, true, 1)).isEqualTo(50);
    }

    @Test
    void aPeerHasItsShareAndLeavesTheOthersTheirs() {
        assertThat(taken(100, Reason.MISMATCH, false, 1)).isEqualTo(20);
        assertThat(budget.take(Reason.MISMATCH, "another peer", 1)).isTrue();
    }

    @Test
    void allHaveOneShareOfBytes() {
        assertThat(taken(10, Reason.MISMATCH, true, 2_000)).isEqualTo(5);
        assertThat(budget.take(Reason.MISSING, "peer", 1)).isFalse();
    }

    @Test
    void aPeerWithLargeRequestsLeavesBytesForTheOthers() {
        assertThat(taken(10, Reason.MISMATCH, false, 1_000)).isEqualTo(2);
        assertThat(budget.take(Reason.MISMATCH, "peer", 501)).isFalse();
        assertThat(budget.take(Reason.MISMATCH, "peer", 500)).isTrue();
        assertThat(budget.take(Reason.MISMATCH, "another peer", 2_500)).isTrue();
    }

    @Test
    void theSharesGrowWithTimeUpToTenSecondsOfThem() {
        taken(100, Reason.MISMATCH, false, 1);

        pass(Duration.ofMillis(499));
        assertThat(taken(10, Reason.MISMATCH, false, 1)).isZero();
        pass(Duration.ofMillis(1));
        assertThat(taken(10, Reason.MISMATCH, false, 1)).isEqualTo(1);
        pass(Duration.ofSeconds(3));
        assertThat(taken(10, Reason.MISMATCH, false, 1)).isEqualTo(6);
        pass(Duration.ofHours(1));
        assertThat(taken(100, Reason.MISMATCH, false, 1)).isEqualTo(20);
    }

    @Test
    void whatIsRefusedByOneBudgetCostsTheOthersNothing() {
        taken(20, Reason.MISMATCH, false, 1); // the peer has no more

        assertThat(taken(1_000, Reason.MISMATCH, false, 1)).isZero();

        assertThat(taken(100, Reason.MISMATCH, true, 1)).isEqualTo(30);
    }

    @Test
    void aFloodOfPeersIsForgottenAndHeldByTheReasonAllTheSame() {
        assertThat(taken(10_000, Reason.MISMATCH, true, 0)).isEqualTo(50);
    }

    /// How many of so many are kept, from one peer or each from one of its own.
    private int taken(int offered, Reason reason, boolean isFromMany, int size) {
        int taken = 0;
        for (int i = 0; i < offered; i++) {
            taken += budget.take(reason, isFromMany ? reason + " " + i : "peer", size) ? 1 : 0;
        }
        return taken;
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }
}
