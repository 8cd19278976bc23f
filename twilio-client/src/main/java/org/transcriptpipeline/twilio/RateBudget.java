package org.transcriptpipeline.twilio;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How many requests an account may make: a token bucket that hands out its tokens in the order in which they are
/// asked for. It holds a fifth of a second's tokens, so that no second sees more than 1.2 times the rate.
final class RateBudget {

    private final LongSupplier nanoClock;
    private final long origin;

    private long interval;
    private long tolerance;
    /// When the bucket would be full again, if nobody asked any more.
    private long full;
    private long pausedUntil;

    RateBudget(int requestsPerSecond) {
        this(requestsPerSecond, System::nanoTime);
    }

    RateBudget(int requestsPerSecond, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.origin = nanoClock.getAsLong();
        this.interval = Duration.ofSeconds(1).toNanos() / requestsPerSecond;
        this.tolerance = tolerance(requestsPerSecond);
    }

    private long tolerance(int requestsPerSecond) {
        return interval * Math.max(0, requestsPerSecond / 5 - 1);
    }

    /// Several clients of one account: the most careful one decides.
    synchronized void slowDownTo(int requestsPerSecond) {
        var asked = Duration.ofSeconds(1).toNanos() / requestsPerSecond;
        if (asked > interval) {
            interval = asked;
            tolerance = tolerance(requestsPerSecond);
        }
    }

    /// Waits for its turn.
    ///
    /// @return null when the caller may go; else how long it would have to wait, which is more than it may, and it
    ///     has not waited
    @Nullable
    Duration await(Duration atMost) throws InterruptedException {
        var latest = now() + atMost.toNanos();
        while (true) {
            var turn = reserve(latest);
            if (turn > latest) {
                return Duration.ofNanos(turn - now());
            }
            Thread.sleep(Duration.ofNanos(Math.max(0, turn - now())));
            if (!isPaused()) {
                return null;
            }
        }
    }

    /// @return the moment of the turn; it is taken unless it is later than the latest moment
    synchronized long reserve(long latest) {
        var now = now();
        var turn = Math.max(Math.max(now, full - tolerance), pausedUntil);
        if (turn <= latest) {
            full = Math.max(full, turn) + interval;
        }
        return turn;
    }

    /// Nobody goes for a while, those included who wait for their turn.
    synchronized void pause(Duration pause) {
        pausedUntil = Math.max(pausedUntil, now() + pause.toNanos());
    }

    private synchronized boolean isPaused() {
        return pausedUntil > now();
    }

    /// Nanoseconds since the budget began.
    long now() {
        return nanoClock.getAsLong() - origin;
    }
}
