package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.AbstractTask;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the scheduler sees of a delivery: a job that runs until it is done, or that says when to run again.
final class DeliveryTask extends AbstractTask<Void> {

    static final String NAME = "handoff-delivery";
    private static final Logger log = LoggerFactory.getLogger(DeliveryTask.class);
    private static final Backoff AFTER_AN_ERROR = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1), () -> 0);

    private final Set<String> running;
    private final Clock clock;
    private volatile @Nullable DeliveryJob job;

    private DeliveryTask(Set<String> running, Clock clock) {
        super(
                NAME,
                Void.class,
                (complete, operations) -> afterError(complete, operations, clock),
                new Takeover(running::contains, clock));
        this.running = running;
        this.clock = clock;
    }

    static DeliveryTask with(Clock clock) {
        return new DeliveryTask(ConcurrentHashMap.newKeySet(), clock);
    }

    /// Says what to run. Jobs are planned under this task's name before there is anything that runs them.
    void runs(DeliveryJob delivering) {
        job = delivering;
    }

    @Override
    public CompletionHandler<Void> execute(TaskInstance<Void> instance, ExecutionContext context) {
        var name = instance.getId();
        var runner = job;
        if (runner == null) {
            throw new IllegalStateException("the scheduler runs before the service is put together");
        }
        running.add(name);
        try {
            return switch (runner.run(name)) {
                case DeliveryJob.Done() -> (_, operations) -> operations.remove();
                case DeliveryJob.Again(var wait) ->
                    (complete, operations) ->
                            operations.reschedule(complete, clock.now().plus(wait));
            };
        } finally {
            running.remove(name);
        }
    }

    /// Nothing was sent, or it was and is written down: see [DeliveryJob]. The database is away, most likely.
    private static void afterError(ExecutionComplete complete, ExecutionOperations<Void> operations, Clock clock) {
        var execution = complete.getExecution();
        var cause = complete.getCause().map(c -> c.getClass().getSimpleName()).orElse("unknown");
        var wait = AFTER_AN_ERROR.after(execution.consecutiveFailures + 1);
        log.atWarn()
                .addKeyValue("job", execution.getId())
                .addKeyValue("reason", cause)
                .addKeyValue("waitMillis", wait.toMillis())
                .log("Job broke off");
        operations.reschedule(complete, clock.now().plus(wait));
    }

    @Override
    public SchedulableInstance<Void> schedulableInstance(String id) {
        return SchedulableInstance.of(instance(id), clock.now());
    }

    @Override
    public SchedulableInstance<Void> schedulableInstance(String id, Void data) {
        return schedulableInstance(id);
    }
}
