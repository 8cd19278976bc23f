package org.transcriptpipeline.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final Deadlines<String> deadlines = new Deadlines<>("test-deadlines", Duration.ofMillis(200), () -> "late");

    @AfterEach
    void close() {
        deadlines.close();
    }

    @Test
    void whatIsNotCompleteIsLateAndNotBefore() {
        long start = System.nanoTime();
        var outcome = held();

        assertThat(outcome.join()).isEqualTo("late");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
    }

    @Test
    void whatIsCompleteStaysSo() {
        var outcome = held();
        outcome.complete("in time");
        var behind = held();

        assertThat(behind.join()).isEqualTo("late");
        assertThat(outcome.join()).isEqualTo("in time");
    }

    @Test
    void whatHangsOnOneHoldsUpNoOther() {
        var opened = new CountDownLatch(1);
        var hanging = held();
        hanging.thenAccept(_ -> awaitQuietly(opened));
        var next = held();

        await().atMost(Duration.ofSeconds(5)).until(next::isDone);
        opened.countDown();
    }

    private CompletableFuture<String> held() {
        var outcome = new CompletableFuture<String>();
        deadlines.hold(outcome);
        return outcome;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
