package org.transcriptpipeline.ingest.flow;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Attaches the flow to new conversations, on a thread of its own: [FlowConsumer] does the work, and is made anew when
/// Kafka refuses it.
final class FlowAttacher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(FlowAttacher.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);
    /// For requests under way to be answered. Below the three seconds that standalone gives to all.
    private static final Duration STOP_GRACE = Duration.ofMillis(1500);
    private static final Duration STOP_LIMIT = Duration.ofMillis(500);

    private final Consumers consumers;
    private final FlowHealth health;
    private volatile @Nullable Run current;

    /// Makes a consumer, subscribed to nothing.
    @FunctionalInterface
    interface Consumers {
        FlowConsumer create(ExecutorService workers, BooleanSupplier isRunning);
    }

    FlowAttacher(Consumers consumers, FlowHealth health) {
        this.consumers = consumers;
        this.health = health;
    }

    @Override
    public void start() {
        var run = new Run();
        current = run;
        health.watch(run.thread::isAlive);
        run.thread.start();
    }

    @Override
    public void stop() {
        var run = current;
        current = null;
        if (run != null) {
            run.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return current != null;
    }

    /// From a start to its stop.
    private final class Run {

        private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("flow-attachment-", 0).factory());
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final Thread thread = Thread.ofPlatform().name("flow-attacher").unstarted(this::attach);

        private boolean isOn() {
            return stopped.getCount() > 0;
        }

        private void attach() {
            try {
                while (isOn()) {
                    try (var consumer = consumers.create(workers, this::isOn)) {
                        consumer.run();
                    } catch (InterruptException e) {
                        return; // Kafka's way to say so; the flag is set
                    } catch (RuntimeException e) {
                        failed(e);
                        stopped.await(PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // stopped
            }
        }

        private void failed(RuntimeException e) {
            var failure = e.getClass().getSimpleName();
            health.kafkaFails(failure);
            // not with its text: Kafka's may quote a record
            log.atWarn().addKeyValue("failure", failure).log("Attaching flows failed, it begins again");
        }

        private void stop() {
            stopped.countDown();
            try {
                if (!thread.join(STOP_GRACE)) {
                    workers.shutdownNow();
                    if (!thread.join(STOP_LIMIT)) {
                        thread.interrupt();
                        if (!thread.join(STOP_LIMIT)) {
                            log.warn("The thread that attaches flows does not end");
                        }
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                workers.shutdownNow();
            }
        }
    }
}
