package org.transcriptpipeline.ingest.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.SpillJournal.Entry;

/// Brings what was spilled to Kafka, oldest first, topic by topic, so that a topic that is missing or forbidden holds
/// up no other. A record is deleted only after its acknowledgement: a crash in between repeats it.
///
/// Requests go first: one short chunk at a time is on its way. It passes the breaker like any request, so it may be
/// the test that finds Kafka well again.
final class SpillDrain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SpillDrain.class);
    private static final int CHUNK_RECORDS = 256;
    private static final long CHUNK_BYTES = 1024 * 1024;
    private static final int CANDIDATES = 8;
    private static final int DOUBTS = 5;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration ACKNOWLEDGEMENT_LIMIT = Duration.ofSeconds(10); // the producer's own is shorter

    private final JournaledSpill spill;
    private final SharedProducer producer;
    private final Breaker breaker;
    private final Duration stopPatience;
    private final Map<String, Lane> lanes = new HashMap<>();
    private volatile @Nullable Thread thread;
    private volatile long stopAtNanos;
    private volatile boolean isStopping;

    SpillDrain(JournaledSpill spill, SharedProducer producer, Breaker breaker, Duration stopPatience) {
        this.spill = spill;
        this.producer = producer;
        this.breaker = breaker;
        this.stopPatience = stopPatience;
    }

    @Override
    public void start() {
        var draining = Thread.ofPlatform().daemon().name("spill-drain").unstarted(this::drain);
        thread = draining;
        draining.start();
    }

    /// What Kafka takes within the patience goes to it; the rest waits for the next start.
    @Override
    public void stop() {
        var draining = thread;
        if (draining == null) {
            return;
        }
        stopAtNanos = System.nanoTime() + stopPatience.toNanos();
        isStopping = true;
        try {
            draining.join(stopPatience.plus(ACKNOWLEDGEMENT_LIMIT));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /// Stopped after the web server and before [BrokerWatch], which it needs.
    @Override
    public int getPhase() {
        return 1;
    }

    private void drain() {
        boolean wasEmpty = true;
        try {
            while (!mustEnd()) {
                boolean isEmpty = spill.topics().isEmpty();
                if (isEmpty && !wasEmpty) {
                    log.info("The spill is empty: Kafka has everything");
                }
                wasEmpty = isEmpty;
                if (!drainOnce()) {
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) { // a mistake of ours: nothing is lost, and the next start tries again
            log.atError().setCause(e).log("The spill is not drained any more until the next start");
        }
    }

    private boolean mustEnd() {
        return isStopping
                && (spill.topics().isEmpty()
                        || breaker.phase() == Breaker.Phase.OPEN
                        || System.nanoTime() - stopAtNanos > 0);
    }

    /// @return whether anything got on
    private boolean drainOnce() throws InterruptedException {
        boolean gotOn = false;
        for (var topic : inOrder()) {
            var lane = lanes.computeIfAbsent(topic, Lane::new);
            if (lane.isDue()) {
                gotOn |= lane.drain();
            }
        }
        return gotOn;
    }

    /// Requests that could not be verified come last.
    private List<String> inOrder() {
        var topics = new ArrayList<>(spill.topics());
        if (topics.remove(Topics.QUARANTINE)) {
            topics.add(Topics.QUARANTINE);
        }
        return topics;
    }

    /// What waits for one topic.
    private final class Lane {

        private final String topic;
        private final Map<Long, Integer> doubts = new HashMap<>();
        private long notBeforeNanos = System.nanoTime();
        private int failures;

        /// One record at a time until Kafka has taken one.
        private boolean isCautious = true;

        Lane(String topic) {
            this.topic = topic;
        }

        boolean isDue() {
            return System.nanoTime() - notBeforeNanos >= 0;
        }

        boolean drain() throws InterruptedException {
            boolean wasClosed = breaker.phase() == Breaker.Phase.CLOSED;
            var pass = breaker.tryPass();
            if (pass == null) {
                return false;
            }
            var chunk = setDamagedAside(isCautious ? candidate() : spill.oldest(topic, CHUNK_RECORDS, CHUNK_BYTES));
            if (chunk.isEmpty()) {
                breaker.saidNothing(pass);
                return false;
            }
            var sent = new Chunk(chunk);
            sent.send();
            sent.settle(pass, wasClosed);
            return failures == 0;
        }

        /// Not always the oldest: should that one be the cause, another gets through and shows it.
        private List<Entry> candidate() {
            var oldest = spill.oldest(topic, CANDIDATES, CHUNK_BYTES);
            return oldest.isEmpty() ? oldest : List.of(oldest.get(failures % oldest.size()));
        }

        private List<Entry> setDamagedAside(List<Entry> chunk) {
            var damaged = chunk.stream().filter(entry -> !entry.isWhole()).toList();
            if (damaged.isEmpty()) {
                return chunk;
            }
            spill.setAside(topic, damaged, SetAsideRecords.DAMAGED);
            return chunk.stream().filter(Entry::isWhole).toList();
        }

        private void failed(Reason reason, boolean wasClosed) {
            isCautious = true;
            failures++;
            // While the breaker is open it says when to try; if the fault is this topic's alone, it does not.
            var pause = wasClosed ? PAUSE.multipliedBy(1L << Math.min(failures, 9)) : PAUSE;
            notBeforeNanos = System.nanoTime() + (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toNanos();
            log.atDebug()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", reason)
                    .log("Kafka takes nothing from the spill");
        }

        /// Records on their way.
        private final class Chunk {

            private final List<Entry> entries;
            private final AtomicReferenceArray<Object> outcomes;
            private final CountDownLatch settled;
            private volatile boolean hasFailed;
            private int sent;

            private static final Object ACKNOWLEDGED = new Object();

            Chunk(List<Entry> entries) {
                this.entries = entries;
                this.outcomes = new AtomicReferenceArray<>(entries.size());
                this.settled = new CountDownLatch(entries.size());
            }

            /// Ends early at a failure: each attempt may block for `max.block.ms`.
            void send() {
                for (; sent < entries.size() && !hasFailed; sent++) {
                    int index = sent;
                    producer.send(entries.get(index).spilled().toProducerRecord(), failure -> {
                        if (failure == null) {
                            outcomes.set(index, ACKNOWLEDGED);
                        } else {
                            var reason = KafkaFailure.reasonOf(failure);
                            outcomes.set(index, reason);
                            hasFailed |= KafkaFailure.isSystemic(reason);
                        }
                        settled.countDown();
                    });
                }
                for (int unsent = sent; unsent < entries.size(); unsent++) {
                    settled.countDown();
                }
            }

            void settle(Breaker.Pass pass, boolean wasClosed) throws InterruptedException {
                boolean inTime = settled.await(ACKNOWLEDGEMENT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                var acknowledged = new ArrayList<Entry>();
                @Nullable Reason systemic = inTime ? null : Reason.TIMEOUT;
                for (int i = 0; i < sent; i++) {
                    var entry = entries.get(i);
                    var outcome = outcomes.get(i);
                    if (outcome == ACKNOWLEDGED) {
                        acknowledged.add(entry);
                    } else if (outcome instanceof Reason reason) {
                        if (!KafkaFailure.isSystemic(reason) || isTheRecordsFault(entry, reason, wasClosed)) {
                            spill.setAside(topic, List.of(entry), JournaledSpill.nameOf(reason));
                        } else {
                            systemic = reason;
                        }
                    }
                }
                spill.drained(topic, acknowledged);
                if (!acknowledged.isEmpty()) {
                    isCautious = false;
                    failures = 0;
                }
                if (systemic != null) {
                    failed(systemic, wasClosed);
                    tell(pass, systemic);
                } else if (acknowledged.isEmpty()) {
                    breaker.saidNothing(pass);
                } else if (breaker.succeeded(pass)) {
                    log.info("Kafka takes events again");
                }
            }

            private void tell(Breaker.Pass pass, Reason reason) {
                if (topic.equals(Topics.QUARANTINE)) { // needs no topic that an event needs
                    breaker.saidNothing(pass);
                } else if (breaker.failed(pass)) {
                    log.atWarn().addKeyValue("reason", reason).log("Kafka takes no events");
                }
            }

            /// A failure of no known kind, of one record alone, several times, while Kafka took others.
            private boolean isTheRecordsFault(Entry entry, Reason reason, boolean wasClosed) {
                if (reason != Reason.PRODUCER_FAILED || !wasClosed || entries.size() > 1) {
                    return false;
                }
                boolean isSure = doubts.merge(entry.id(), 1, Integer::sum) >= DOUBTS;
                if (isSure || doubts.size() > CANDIDATES * 2) {
                    doubts.clear();
                }
                return isSure;
            }
        }
    }
}
