package org.transcriptpipeline.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RateBudgetTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong clock = new AtomicLong(-5);
    private final RateBudget budget = new RateBudget(25, clock::get);

    @Test
    void noSecondSeesMoreThanTwilioAllows() {
        var turns = new ArrayList<Long>();
        for (var i = 0; i < 200; i++) {
            turns.add(budget.reserve(Long.MAX_VALUE));
        }

        for (var turn : turns) {
            assertThat(turns.stream().filter(other -> other >= turn && other < turn + SECOND))
                    .hasSizeLessThanOrEqualTo(30);
        }
        assertThat(turns.getLast()).isBetween(7 * SECOND, 8 * SECOND);
    }

    @Test
    void turnsAreInTheOrderOfAsking() {
        var turns = new ArrayList<Long>();
        for (var i = 0; i < 50; i++) {
            clock.addAndGet(i % 7 * SECOND / 100);
            turns.add(budget.reserve(Long.MAX_VALUE));
        }

        assertThat(turns).isSorted();
    }

    @Test
    void idleTimeIsNotSavedUp() {
        clock.set(100 * SECOND);

        var turns = new ArrayList<Long>();
        for (var i = 0; i < 6; i++) {
            turns.add(budget.reserve(Long.MAX_VALUE) - budget.now());
        }

        assertThat(turns).containsExactly(0L, 0L, 0L, 0L, 0L, SECOND / 25);
    }

    @Test
    void aTurnThatComesTooLateIsNotTaken() {
        budget.pause(Duration.ofSeconds(3));

        assertThat(budget.reserve(SECOND)).isEqualTo(3 * SECOND);
        assertThat(budget.reserve(SECOND)).isEqualTo(3 * SECOND);
        assertThat(budget.reserve(4 * SECOND)).isEqualTo(3 * SECOND);
    }

    @Test
    void whoCannotWaitIsToldHowLong() throws Exception {
        budget.pause(Duration.ofSeconds(3));

        assertThat(budget.await(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void theMostCarefulClientDecides() {
        budget.slowDownTo(1);
        budget.slowDownTo(25);

        assertThat(budget.reserve(Long.MAX_VALUE)).isZero();
        assertThat(budget.reserve(Long.MAX_VALUE)).isEqualTo(SECOND);
    }

    @Test
    void manyThreadsKeepToTheRate() throws Exception {
        var shared = new RateBudget(100);
        var gone = new CopyOnWriteArrayList<Long>();
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < 60; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    assertThat(shared.await(Duration.ofSeconds(30))).isNull();
                    gone.add(System.nanoTime());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (var thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
        }

        assertThat(gone).hasSize(60);
        var sorted = gone.stream().sorted().toList();
        assertThat(sorted.getLast() - sorted.getFirst()).isGreaterThan(SECOND * 39 / 100);
    }

    @Test
    @Tag("T1")
    void clientsOfOneAccountShareABudgetUntilTheLastIsGone() {
        var first = RateBudgets.take("AC1", null, 25);
        var second = RateBudgets.take("AC1", null, 25);
        RateBudgets.release("AC1", null);
        var third = RateBudgets.take("AC1", null, 25);
        var other = RateBudgets.take("AC2", null, 25);
        RateBudgets.release("AC1", null);
        RateBudgets.release("AC1", null);
        RateBudgets.release("AC2", null);
        var later = RateBudgets.take("AC1", null, 25);
        RateBudgets.release("AC1", null);

        assertThat(second).isSameAs(first);
        assertThat(third).isSameAs(first);
        assertThat(other).isNotSameAs(first);
        assertThat(later).isNotSameAs(first);
    }
}
