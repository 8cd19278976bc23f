package org.transcriptpipeline.archive;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;

/// Runs a round of scheduled work before its turn, where it is known when there is something to do. Of several times
/// that are asked for the earliest holds: the round that comes then may ask for the next one. One that is lost costs
/// what waiting for the usual turn costs. Thread-safe.
public final class EarlyRound {

    private final TaskScheduler scheduler;
    private final Runnable round;
    private @Nullable Instant at; // guarded by this

    /// @param round may run while an earlier one still does
    public EarlyRound(TaskScheduler scheduler, Runnable round) {
        this.scheduler = scheduler;
        this.round = round;
    }

    /// @param delay not negative
    public synchronized void askFor(Duration delay) {
        var wanted = scheduler.getClock().instant().plus(delay);
        if (at == null || wanted.isBefore(at)) {
            at = wanted;
            try {
                scheduler.schedule(() -> runAt(wanted), wanted);
            } catch (TaskRejectedException _) {
                at = null; // the archiver stops: the next one, or another, looks at what is due
            }
        }
    }

    private void runAt(Instant wanted) {
        synchronized (this) {
            if (!wanted.equals(at)) {
                return; // an earlier one was asked for since
            }
            at = null;
        }
        round.run();
    }
}
