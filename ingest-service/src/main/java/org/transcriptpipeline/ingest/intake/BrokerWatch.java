package org.transcriptpipeline.ingest.intake;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.kafka.TopicProvisioner;
import org.transcriptpipeline.kafka.TopicProvisioner.Missing;
import org.transcriptpipeline.kafka.TopicProvisioner.Outcome;
import org.transcriptpipeline.kafka.TopicProvisioner.Present;
import org.transcriptpipeline.kafka.TopicProvisioner.Unreachable;

/// Looks for the broker and our topics in the background: at start, whenever the breaker is open, and now and then.
/// Makes the topics that are missing, warms the producer, and tells the breaker when a test is worth it.
final class BrokerWatch implements SmartLifecycle {

    /// Without these nothing can be made durable.
    static final Set<String> REQUIRED = Set.of(Topics.EVENTS, Topics.DELIVERY_STATUSES);

    /// Made here as well, so that no service has to wait for another; not knowing them stops nothing here.
    static final Set<String> OTHERS = Set.of(Topics.READY, Topics.QUARANTINE);

    private static final Logger log = LoggerFactory.getLogger(BrokerWatch.class);
    private static final Duration PAUSE_WHILE_WELL = Duration.ofSeconds(30);
    private static final Duration WAIT_AT_START = Duration.ofSeconds(5); // one look takes at most about four

    private final TopicProvisioner required;
    private final TopicProvisioner others;
    private final SharedProducer producer;
    private final Breaker breaker;
    private final Duration probePause;
    private final CountDownLatch looked = new CountDownLatch(1);

    private volatile @Nullable Outcome requiredOutcome;
    private volatile @Nullable Outcome othersOutcome;
    private volatile @Nullable Thread thread;
    private boolean isStarted;

    BrokerWatch(
            TopicProvisioner required,
            TopicProvisioner others,
            SharedProducer producer,
            Breaker breaker,
            Duration probePause) {
        this.required = required;
        this.others = others;
        this.producer = producer;
        this.breaker = breaker;
        this.probePause = probePause;
    }

    /// What the last look at the topics of events said; null before the first.
    @Nullable
    Outcome requiredOutcome() {
        return requiredOutcome;
    }

    /// What the last look at the other topics said; null before the first.
    @Nullable
    Outcome othersOutcome() {
        return othersOutcome;
    }

    /// Returns after the first look, so that requests find a warm producer; a broker that is away delays the start
    /// by a few seconds and no more.
    @Override
    public void start() {
        required.warnAboutThinReplication();
        var watching = Thread.ofVirtual().name("broker-watch").unstarted(this::watch);
        thread = watching; // before it runs: it ends when it finds none
        watching.start();
        try {
            if (!looked.await(WAIT_AT_START.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("Kafka has not answered yet; it is looked for");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        var watching = thread;
        thread = null;
        if (watching != null) {
            watching.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /// Before the web server, and stopped after it.
    @Override
    public int getPhase() {
        return 0;
    }

    private void watch() {
        long lastLookNanos = 0;
        try {
            while (isRunning()) {
                boolean isDue = System.nanoTime() - lastLookNanos > PAUSE_WHILE_WELL.toNanos();
                if (breaker.phase() == Breaker.Phase.OPEN || lastLookNanos == 0 || isDue) {
                    look();
                    looked.countDown();
                    lastLookNanos = System.nanoTime();
                }
                Thread.sleep(probePause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stopped
        }
    }

    private void look() {
        var before = requiredOutcome;
        var seen = required.provision();
        switch (seen) {
            case Present() -> {
                if (!isStarted) {
                    isStarted = warmUp();
                } else {
                    breaker.brokerSeen();
                }
                if (!(othersOutcome instanceof Present)) {
                    othersOutcome = others.provision();
                }
            }
            case Missing(var topics, var reason) -> {
                if (!seen.equals(before)) {
                    log.atError()
                            .addKeyValue("topics", topics)
                            .addKeyValue("reason", reason)
                            .log("Topics are missing or out of reach");
                }
            }
            case Unreachable(var reason) -> {
                if (!seen.equals(before)) {
                    log.atWarn().addKeyValue("reason", reason).log("No Kafka broker answers");
                }
            }
        }
        requiredOutcome = seen;
    }

    private boolean warmUp() {
        try {
            REQUIRED.forEach(producer::warmUp);
            breaker.start();
            return true;
        } catch (KafkaException e) {
            log.atWarn().addKeyValue("failure", e.getClass().getSimpleName()).log("The producer finds no partitions");
            return false;
        }
    }
}
