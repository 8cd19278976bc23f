package org.transcriptpipeline.simulator.rest;

import java.util.function.LongSupplier;

/// So many requests in any second: a bucket that refills all the time.
final class RateLimit {

    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private double perSecond;
    private double tokens;
    private long filledAt;

    RateLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// @param requests in a second; 0 for no limit
    synchronized void set(int requests) {
        perSecond = requests;
        tokens = requests;
        filledAt = nanoTime.getAsLong();
    }

    /// @return false when it is one too many
    synchronized boolean take() {
        if (perSecond == 0) {
            return true;
        }
        long now = nanoTime.getAsLong();
        tokens = Math.min(perSecond, tokens + (now - filledAt) / NANOS * perSecond);
        filledAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
