package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.DeadExecutionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes over jobs whose process is dead, and only those.
///
/// A job's heartbeat is also old right after the database was away: then its process lives, perhaps holds a mail
/// that the server has taken, and waits to write that down. So a job that runs in this process is never taken over,
/// and any other only when it looks just as dead at the next look: its process has had time to say that it lives.
final class Takeover implements DeadExecutionHandler<Void> {

    private static final Logger log = LoggerFactory.getLogger(Takeover.class);
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private final Predicate<String> runsHere;
    private final Clock clock;
    private final Map<String, Sighting> sightings = new ConcurrentHashMap<>();

    /// @param runsHere whether a job of this name runs in this process
    Takeover(Predicate<String> runsHere, Clock clock) {
        this.runsHere = runsHere;
        this.clock = clock;
    }

    private record Sighting(long version, @Nullable Instant heartbeat, Instant at) {

        boolean isSameAs(@Nullable Sighting other) {
            return other != null && version == other.version && java.util.Objects.equals(heartbeat, other.heartbeat);
        }
    }

    @Override
    public void deadExecution(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        var execution = complete.getExecution();
        var name = execution.getId();
        var now = clock.now();
        sightings.values().removeIf(s -> s.at().plus(FORGET_AFTER).isBefore(now));
        if (runsHere.test(name)) {
            return;
        }
        var sighting = new Sighting(execution.version, execution.lastHeartbeat, now);
        if (!sighting.isSameAs(sightings.put(name, sighting))) {
            return;
        }
        sightings.remove(name);
        log.atWarn().addKeyValue("job", name).log("The process of this job is gone; taking it over");
        operations.reschedule(complete, now);
    }
}
