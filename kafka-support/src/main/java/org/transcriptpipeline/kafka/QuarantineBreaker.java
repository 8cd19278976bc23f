package org.transcriptpipeline.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Keeps a bad deployment from draining the stream into quarantine (`faults.md` D8): when one reason takes more
/// than a tenth of what arrives, no more of it is set aside for a while. Then it tries again by itself.
public final class QuarantineBreaker {

    private static final int SHARE = 10; // one in ten

    private final Clock clock;
    private final int allowance;
    private final Duration window;
    private Instant windowEnds;
    private long arrived;
    private final Map<String, Long> takenByReason = new HashMap<>();

    /// @param allowance how many records a reason may take in a window however few arrive: a handful of bad records
    ///     in a quiet hour is no bad deployment
    /// @param window how long counts are kept, and so how long a pause lasts at most
    public QuarantineBreaker(Clock clock, int allowance, Duration window) {
        this.clock = clock;
        this.allowance = allowance;
        this.window = window;
        this.windowEnds = clock.instant().plus(window);
    }

    /// Counts records that came in for the first time.
    public synchronized void arrived(int records) {
        roll();
        arrived += records;
    }

    /// Takes a place in quarantine for one record.
    ///
    /// @return false when this reason has had its share: pause instead
    public synchronized boolean admits(String reason) {
        roll();
        long taken = takenByReason.getOrDefault(reason, 0L);
        if (taken >= Math.max(allowance, arrived / SHARE)) {
            return false;
        }
        takenByReason.put(reason, taken + 1);
        return true;
    }

    private void roll() {
        var now = clock.instant();
        if (!now.isBefore(windowEnds)) {
            windowEnds = now.plus(window);
            arrived = 0;
            takenByReason.clear();
        }
    }
}
