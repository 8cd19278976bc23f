package org.transcriptpipeline.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.TaskScheduler;

class SchedulingTest {

    @Test
    void aRoundThatHangsHoldsNoOther() throws InterruptedException {
        var hangs = new CountDownLatch(1);
        var others = new CountDownLatch(3);
        var rounds = new ArrayList<ScheduledFuture<?>>();
        try (var archiver = new RunningArchiver()) {
            var scheduler = archiver.bean(TaskScheduler.class);
            rounds.add(scheduler.scheduleWithFixedDelay(
                    () -> {
                        hangs.countDown();
                        LockSupport.parkNanos(Duration.ofMinutes(1).toNanos());
                    },
                    Duration.ofMillis(10)));
            assertThat(hangs.await(20, TimeUnit.SECONDS)).isTrue();

            rounds.add(scheduler.scheduleWithFixedDelay(others::countDown, Duration.ofMillis(10)));

            assertThat(others.await(20, TimeUnit.SECONDS)).isTrue();
            rounds.forEach(round -> round.cancel(true));
        }
    }

    @Test
    void ofSeveralEarlyRoundsTheFirstThatWasAskedForComes() throws InterruptedException {
        var came = new CountDownLatch(1);
        try (var archiver = new RunningArchiver()) {
            var early = new EarlyRound(archiver.bean(TaskScheduler.class), came::countDown);

            early.askFor(Duration.ofHours(1));
            early.askFor(Duration.ofMillis(20));
            early.askFor(Duration.ofMinutes(1));

            assertThat(came.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatIsDueWhileTheArchiverStopsIsLeftForTheNext() {
        EarlyRound early;
        var rounds = new AtomicInteger();
        try (var archiver = new RunningArchiver()) {
            early = new EarlyRound(archiver.bean(TaskScheduler.class), rounds::incrementAndGet);
        }

        early.askFor(Duration.ZERO);

        assertThat(rounds).hasValue(0);
    }
}
