package org.transcriptpipeline.simulator.world;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.transcriptpipeline.simulator.Sids;

/// What all parts of a world share: its time, its SIDs, who listens, and the one monitor that guards everything.
final class Core {

    private final String accountSid;
    private final long seed;
    private final Clock clock;
    private final Map<String, Long> made = new HashMap<>();
    private final List<Consumer<WorldEvent>> listeners = new CopyOnWriteArrayList<>();
    private boolean isQuiet;

    Core(String accountSid, long seed, Clock clock) {
        this.accountSid = accountSid;
        this.seed = seed;
        this.clock = clock;
    }

    String accountSid() {
        return accountSid;
    }

    /// Milliseconds, as Twilio keeps them.
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// The next SID with this prefix: the same calls in the same order give the same SIDs.
    String sid(String prefix) {
        long count = made.getOrDefault(prefix, 0L) + 1;
        made.put(prefix, count);
        return Sids.of(prefix, accountSid, seed, prefix, count);
    }

    void listen(Consumer<WorldEvent> listener) {
        listeners.add(listener);
    }

    void emit(WorldEvent event) {
        if (!isQuiet) {
            listeners.forEach(listener -> listener.accept(event));
        }
    }

    boolean isQuiet() {
        return isQuiet;
    }

    /// Does something that nobody hears of.
    void quietly(Runnable action) {
        isQuiet = true;
        try {
            action.run();
        } finally {
            isQuiet = false;
        }
    }
}
