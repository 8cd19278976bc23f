package org.transcriptpipeline.ingest.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.Topics;

/// Reads events and sees to it that a flow is attached at most once: looks first, for as long as it takes; then
/// commits the position, so that nobody reads these events again; only then has the flow attached. What was looked
/// at is forgotten when its partition goes to another process, or when the commit fails.
///
/// While a batch is dealt with, all partitions are paused and polling goes on, which keeps the group's membership.
final class FlowConsumer implements ConsumerRebalanceListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FlowConsumer.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration BETWEEN_POLLS = Duration.ofMillis(20);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(3);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final NewConversations newConversations;
    private final ConversationLook look;
    private final FlowAttachment attachment;
    private final RecentConversations recent;
    private final ExecutorService workers;
    private final FlowMeters meters;
    private final FlowHealth health;
    private final BooleanSupplier isRunning;

    /// Behind what needs no attachment, and not committed yet.
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    /// Taken from us since the batch at hand was read.
    private final Set<TopicPartition> lost = new HashSet<>();

    private boolean isHolding;
    private long lastCommitNanos = System.nanoTime();

    /// @param workers a thread for each task
    FlowConsumer(
            Consumer<byte[], byte[]> consumer,
            NewConversations newConversations,
            ConversationLook look,
            FlowAttachment attachment,
            RecentConversations recent,
            ExecutorService workers,
            FlowMeters meters,
            FlowHealth health,
            BooleanSupplier isRunning) {
        this.consumer = consumer;
        this.newConversations = newConversations;
        this.look = look;
        this.attachment = attachment;
        this.recent = recent;
        this.workers = workers;
        this.meters = meters;
        this.health = health;
        this.isRunning = isRunning;
    }

    /// Returns when it is told to stop; what is being attached then is finished first.
    void run() throws InterruptedException {
        consumer.subscribe(List.of(Topics.EVENTS), this);
        while (isRunning.getAsBoolean()) {
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                lost.clear();
                handle(records);
            }
            if (!uncommitted.isEmpty() && System.nanoTime() - lastCommitNanos > COMMIT_INTERVAL.toNanos()) {
                commit(uncommitted);
            }
        }
    }

    private void handle(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        var looks = new LinkedHashMap<Candidate, Future<Look>>();
        hold();
        try {
            beginLooking(newConversations.in(records), looks);
            while (!areDone(looks.values()) && isRunning.getAsBoolean()) {
                stayInGroup();
                cancelLost(looks);
            }
            if (areDone(looks.values()) && isRunning.getAsBoolean()) {
                looks.keySet().removeIf(candidate -> lost.contains(candidate.partition()));
                finish(records, looks);
            }
        } finally {
            looks.values().forEach(look -> look.cancel(true));
            release();
        }
    }

    private void beginLooking(List<Candidate> candidates, Map<Candidate, Future<Look>> looks) {
        var seen = new HashSet<String>();
        for (var candidate : candidates) {
            var conversationSid = candidate.conversationSid();
            var known = look.withoutTwilio(candidate);
            if (known == null && (recent.contains(conversationSid) || !seen.add(conversationSid))) {
                known = new Look.Settled(Outcome.REPEATED);
            }
            looks.put(
                    candidate,
                    known == null
                            ? workers.submit(() -> look.patiently(candidate))
                            : CompletableFuture.completedFuture(known));
        }
    }

    private void finish(ConsumerRecords<byte[], byte[]> records, Map<Candidate, Future<Look>> looks)
            throws InterruptedException {
        var free = new LinkedHashMap<Candidate, Look.Free>();
        var settled = new LinkedHashMap<Candidate, Look.Settled>();
        looks.forEach((candidate, future) -> {
            switch (future.resultNow()) {
                case Look.Free seen -> free.put(candidate, seen);
                case Look.Settled reason -> settled.put(candidate, reason);
            }
        });
        var next = new HashMap<>(uncommitted);
        next.putAll(records.nextOffsets());
        next.keySet().removeAll(lost);
        if (free.isEmpty()) {
            uncommitted.putAll(next);
        } else if (!commit(next)) {
            goBack(records);
            return;
        }
        settled.forEach((candidate, reason) -> meters.settled(candidate, reason.outcome(), reason.failure()));
        meters.tooOld(settled.values().stream()
                .filter(reason -> reason.outcome() == Outcome.TOO_OLD)
                .count());
        attach(free);
    }

    private void attach(Map<Candidate, Look.Free> free) throws InterruptedException {
        var attachments = new ArrayList<Future<?>>();
        free.forEach((candidate, seen) -> {
            recent.add(candidate.conversationSid());
            attachments.add(workers.submit(() -> attachment.attach(candidate, seen)));
        });
        while (!areDone(attachments)) {
            stayInGroup();
        }
    }

    /// Whether nobody will read these events again. After a timeout they may be committed all the same; then it is
    /// still we who read them again, or nobody.
    private boolean commit(Map<TopicPartition, OffsetAndMetadata> next) {
        lastCommitNanos = System.nanoTime();
        try {
            consumer.commitSync(next, COMMIT_LIMIT);
            uncommitted.clear();
            health.kafkaWorks();
            return true;
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            var failure = e.getClass().getSimpleName();
            health.kafkaFails("the position cannot be committed: " + failure);
            log.atWarn().addKeyValue("failure", failure).log("Position not committed, so no flow is attached");
            return false;
        }
    }

    private void goBack(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        for (var partition : records.partitions()) {
            if (consumer.assignment().contains(partition) && !lost.contains(partition)) {
                consumer.seek(partition, records.records(partition).getFirst().offset());
            }
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < PAUSE_AFTER_FAILURE.toNanos() && isRunning.getAsBoolean()) {
            stayInGroup();
        }
    }

    private static boolean areDone(Collection<? extends Future<?>> tasks) {
        return tasks.stream().allMatch(Future::isDone);
    }

    private void cancelLost(Map<Candidate, Future<Look>> looks) {
        looks.forEach((candidate, look) -> {
            if (lost.contains(candidate.partition())) {
                look.cancel(true);
            }
        });
    }

    private void hold() {
        isHolding = true;
        consumer.pause(consumer.assignment());
    }

    private void release() {
        isHolding = false;
        consumer.resume(consumer.paused());
    }

    /// The wait between two looks at what the workers do.
    private void stayInGroup() throws InterruptedException {
        Thread.sleep(BETWEEN_POLLS);
        if (!consumer.poll(Duration.ZERO).isEmpty()) {
            throw new IllegalStateException("a paused partition gave records");
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        health.kafkaWorks();
        if (isHolding) {
            consumer.pause(partitions);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        lost.addAll(partitions);
        uncommitted.keySet().removeAll(partitions);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
}
