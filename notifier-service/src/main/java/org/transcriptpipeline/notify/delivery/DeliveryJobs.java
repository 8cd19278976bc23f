package org.transcriptpipeline.notify.delivery;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.transcriptpipeline.notify.ledger.DeliveryKey;

/// Makes the durable jobs that deliver.
public final class DeliveryJobs {

    static final String TABLE = "handoff.scheduled_tasks";

    private final SchedulerClient client;
    private final Task<Void> task;
    private final Clock clock;

    DeliveryJobs(DataSource dataSource, Task<Void> task, Clock clock) {
        this.client = SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(dataSource), task)
                .tableName(TABLE)
                .serializer(new NoData())
                .jdbcCustomization(postgres())
                .build();
        this.task = task;
        this.clock = clock;
    }

    /// Said outright: the scheduler would ask the database at start, and guess wrong while that is away.
    static PostgreSqlJdbcCustomization postgres() {
        return new PostgreSqlJdbcCustomization(false, false);
    }

    /// Makes a job for each of these, due at once, in the running transaction.
    public void schedule(List<DeliveryKey> keys) {
        schedule(keys, clock.now());
    }

    /// The same, due then.
    public void schedule(List<DeliveryKey> keys, Instant due) {
        if (keys.isEmpty()) {
            return;
        }
        List<TaskInstance<?>> jobs = new ArrayList<>();
        keys.forEach(k -> jobs.add(task.instance(JobName.of(k).toString())));
        client.scheduleBatch(jobs, due);
    }
}
