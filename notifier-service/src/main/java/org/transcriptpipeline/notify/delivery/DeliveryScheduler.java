package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/// Runs the jobs from when the service is up until it goes down.
public final class DeliveryScheduler implements SmartLifecycle {

    private static final int MISSED_HEARTBEATS = 4; // the fewest that the library takes
    private static final Duration LET_DIALOGUES_FINISH = Duration.ofSeconds(15);

    private final DataSource dataSource;
    private final DeliveryTask task;
    private final DeliveryProperties properties;
    private final Clock clock;
    private final MeterRegistry meters;
    private @Nullable Scheduler scheduler;

    DeliveryScheduler(
            DataSource dataSource,
            DeliveryTask task,
            DeliveryProperties properties,
            Clock clock,
            MeterRegistry meters) {
        this.dataSource = dataSource;
        this.task = task;
        this.properties = properties;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public synchronized void start() {
        // Jobs are picked when they run (the default strategy). Picking them ahead would leave those that wait for a
        // thread without a heartbeat, to be taken over while we still mean to run them.
        var started = Scheduler.create(dataSource, task)
                .tableName(DeliveryJobs.TABLE)
                .jdbcCustomization(DeliveryJobs.postgres())
                .serializer(new NoData())
                .clock(clock)
                .schedulerName(new SchedulerName.Fixed("notifier-" + UUID.randomUUID()))
                .executorService(Executors.newFixedThreadPool(
                        properties.threads(),
                        Thread.ofPlatform().daemon().name("delivery-", 1).factory()))
                .threads(properties.threads())
                .pollingInterval(properties.pollInterval())
                .heartbeatInterval(properties.heartbeat())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(LET_DIALOGUES_FINISH)
                .addSchedulerListener(new CountErrors())
                .failureLogging(LogLevel.OFF, false) // the task says it, without the words of an exception
                .build();
        started.start();
        scheduler = started;
    }

    /// Looks for due jobs now, rather than at the next turn.
    public synchronized void lookNow() {
        if (scheduler != null) {
            scheduler.triggerCheckForDueExecutions();
        }
    }

    @Override
    public synchronized void stop() {
        if (scheduler != null) {
            scheduler.stop();
            scheduler = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return scheduler != null;
    }

    /// The library logs a stack trace at each poll while the database is away; `notifier-service.yml` turns that
    /// off.
    private final class CountErrors extends AbstractSchedulerListener {
        @Override
        public void onSchedulerEvent(SchedulerEventType type) {
            if (type == SchedulerEventType.UNEXPECTED_ERROR) {
                meters.counter("transcripts_scheduler_errors").increment();
            }
        }
    }
}
