package org.transcriptpipeline.ingest.signature;

/// Lets so much through per second, and a multiple of that at once after a quiet time. Not thread-safe.
final class TokenBucket {

    private static final int BURST_SECONDS = 10;
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private double available;
    private long refilledAtNanos;

    TokenBucket(double perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.available = perSecond * BURST_SECONDS;
        this.refilledAtNanos = nowNanos;
    }

    boolean holds(double amount, long nowNanos) {
        available = Math.min(
                perSecond * BURST_SECONDS,
                available + Math.max(0, nowNanos - refilledAtNanos) / NANOS_PER_SECOND * perSecond);
        refilledAtNanos = nowNanos;
        return available >= amount;
    }

    void take(double amount) {
        available -= amount;
    }
}
