package org.transcriptpipeline.ingest.intake;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;
import org.transcriptpipeline.ingest.intake.Publication.SetAside;
import org.transcriptpipeline.ingest.intake.Publication.Spilled;
import org.transcriptpipeline.ingest.intake.SpillJournal.Entry;
import org.transcriptpipeline.ingest.intake.SpillJournal.Totals;

/// The spill in a directory. One thread takes all records that wait to be written, writes them as one transaction,
/// syncs once and completes their futures; so many requests share one sync.
///
/// After a failure of the disk nothing is taken until a small write has succeeded; it is tried once a second.
final class JournaledSpill implements Spill, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JournaledSpill.class);

    /// A busy disk may take a second or two for a sync; who has waited in vain for as long as this need not be
    /// joined by others.
    private static final Duration STUCK_AFTER = Duration.ofSeconds(3);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
    private static final int UNVERIFIED_SHARE = 10;
    private static final int QUEUE_LENGTH = 4096;
    private static final long QUEUE_BYTES = 32L * 1024 * 1024;
    private static final int BATCH_LENGTH = 512;
    private static final long BATCH_BYTES = 4L * 1024 * 1024;

    private final SpillDisk disk;
    private final long maxBytes;
    private final Clock clock;
    private final SpillMeters meters;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread writer;

    private volatile long writingSinceNanos;
    private volatile boolean isWriting;
    private volatile boolean isClosed;

    /// @param isForGood Kafka will never take it as it is
    private record Pending(
            SpilledRecord spilled, Reason reason, boolean isForGood, CompletableFuture<Publication> publication) {}

    private JournaledSpill(SpillDisk disk, long maxBytes, Clock clock, SpillMeters meters) {
        this.disk = disk;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.meters = meters;
        this.writer = Thread.ofPlatform().daemon().name("spill-writer").unstarted(this::write);
    }

    /// Opens the spill of a directory, with what an earlier process left there.
    ///
    /// @throws IllegalStateException see [SpillDisk#open]
    static JournaledSpill open(Path directory, long maxBytes, Clock clock, SpillMeters meters) {
        var disk = SpillDisk.open(directory, clock, meters);
        var spill = new JournaledSpill(disk, maxBytes, clock, meters);
        meters.watch(spill);
        var left = disk.depth();
        if (left.oldestAt() != null) {
            log.atInfo()
                    .addKeyValue("records", left.all().records())
                    .addKeyValue("bytes", left.all().bytes())
                    .addKeyValue("since", left.oldestAt())
                    .log("An earlier run left events on disk; they go to Kafka now");
        }
        spill.writer.start();
        return spill;
    }

    @Override
    public boolean isTaking() {
        return failure() == null && usedBytes() < maxBytes;
    }

    @Override
    public CompletableFuture<Publication> keep(
            ProducerRecord<String, byte[]> refused, Reason reason, Duration patience) {
        return enqueue(refused, reason, false, maxBytes - usedBytes(), patience);
    }

    @Override
    public CompletableFuture<Publication> setAside(
            ProducerRecord<String, byte[]> refused, Reason reason, Duration patience) {
        return enqueue(refused, reason, true, maxBytes - usedBytes(), patience);
    }

    @Override
    public CompletableFuture<Publication> keepAside(ProducerRecord<String, byte[]> refused, Reason reason) {
        return enqueue(refused, reason, false, maxBytes / UNVERIFIED_SHARE - unverifiedBytes(), STUCK_AFTER);
    }

    private CompletableFuture<Publication> enqueue(
            ProducerRecord<String, byte[]> refused, Reason reason, boolean isForGood, long room, Duration patience) {
        var pending =
                new Pending(SpilledRecord.of(refused, clock.instant()), reason, isForGood, new CompletableFuture<>());
        int size = pending.spilled().size();
        if (isClosed || failure() != null) {
            return reject(Reason.SPILL_FAILED);
        }
        if (size > room) {
            return reject(Reason.SPILL_FULL);
        }
        if (queuedBytes.addAndGet(size) > QUEUE_BYTES || !queue.offer(pending)) {
            queuedBytes.addAndGet(-size);
            return reject(Reason.OVERLOADED);
        }
        // A disk that hangs is worse than one that fails. What is written after all is a repeat of what is sent again.
        return pending.publication()
                .completeOnTimeout(new Rejected(Reason.SPILL_FAILED), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Publication> reject(Reason why) {
        meters.rejected(why);
        return CompletableFuture.completedFuture(new Rejected(why));
    }

    /// Why nothing can be written now; null: it can.
    @Nullable
    String failure() {
        if (isWriting && System.nanoTime() - writingSinceNanos > STUCK_AFTER.toNanos()) {
            return "the disk does not answer";
        }
        return disk.failure();
    }

    Totals totals() {
        return disk.depth().all();
    }

    /// Null: nothing waits.
    @Nullable
    Duration age() {
        var since = disk.depth().oldestAt();
        return since == null ? null : Duration.between(since, clock.instant());
    }

    long setAsideRecords() {
        return disk.setAsideRecords();
    }

    long maxBytes() {
        return maxBytes;
    }

    /// Of events. What could not be verified has room of its own, a tenth as much.
    long usedBytes() {
        return totals().bytes() - unverifiedBytes() + disk.setAsideBytes() + queuedBytes.get();
    }

    private long unverifiedBytes() {
        return disk.depth().of(Topics.QUARANTINE).bytes();
    }

    /// Those of which something waits.
    Set<String> topics() {
        return disk.depth().byTopic().keySet();
    }

    /// What has waited longest, for the drain; nothing where the disk fails.
    List<Entry> oldest(String topic, int maxRecords, long maxBytesTogether) {
        return disk.oldest(topic, maxRecords, maxBytesTogether);
    }

    /// Kafka has them.
    void drained(String topic, List<Entry> entries) {
        if (!entries.isEmpty() && disk.delete(topic, entries)) {
            meters.drained(entries.size());
        }
    }

    /// Kafka will never have them as they are.
    void setAside(String topic, List<Entry> entries, String reason) {
        if (disk.keepAside(entries.stream().map(Entry::spilled).toList(), reason)) {
            disk.delete(topic, entries);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            if (!writer.join(CLOSE_TIMEOUT)) { // it has the file
                log.warn("The spill's disk does not answer; it is left as it is");
                return;
            }
            var left = totals();
            if (left.records() > 0) {
                log.atInfo()
                        .addKeyValue("records", left.records())
                        .log("Events stay on disk and go to Kafka after the next start");
            }
            disk.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (JournalException e) {
            log.atWarn().setCause(e).log("The spill did not close cleanly; what it holds is safe");
        }
    }

    private void write() {
        var batch = new ArrayList<Pending>();
        while (!isClosed || !queue.isEmpty()) {
            try {
                takeInto(batch);
                if (disk.failure() != null) {
                    Thread.sleep(PAUSE_AFTER_FAILURE);
                    disk.mend();
                }
            } catch (InterruptedException e) { // nobody does
                Thread.currentThread().interrupt();
                return;
            }
            if (!batch.isEmpty()) {
                var outcomes = write(batch);
                var done = List.copyOf(batch);
                // Not here: a future's end writes an answer, and the next batch waits for this thread.
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < done.size(); i++) {
                        done.get(i).publication().complete(outcomes.get(i));
                    }
                });
                batch.clear();
            }
        }
    }

    private void takeInto(List<Pending> batch) throws InterruptedException {
        var first = queue.poll(100, TimeUnit.MILLISECONDS);
        long bytes = 0;
        for (var next = first; next != null; next = queue.poll()) {
            batch.add(next);
            bytes += next.spilled().size();
            if (batch.size() == BATCH_LENGTH || bytes > BATCH_BYTES) {
                break;
            }
        }
    }

    private List<Publication> write(List<Pending> batch) {
        long start = System.nanoTime();
        writingSinceNanos = start;
        isWriting = true;
        try {
            var waiting = batch.stream()
                    .filter(pending -> !pending.isForGood())
                    .map(Pending::spilled)
                    .toList();
            boolean isWaiting = disk.append(waiting);
            var outcomes = batch.stream()
                    .map(pending -> pending.isForGood() ? writeAside(pending) : outcome(pending, isWaiting))
                    .toList();
            meters.committed(System.nanoTime() - start);
            return outcomes;
        } finally {
            isWriting = false;
            queuedBytes.addAndGet(-batch.stream()
                    .mapToLong(pending -> pending.spilled().size())
                    .sum());
        }
    }

    private Publication outcome(Pending pending, boolean isWritten) {
        if (isWritten) {
            meters.spilled(nameOf(pending.reason()));
            return new Spilled();
        }
        meters.rejected(Reason.SPILL_FAILED);
        return new Rejected(Reason.SPILL_FAILED);
    }

    private Publication writeAside(Pending pending) {
        if (disk.keepAside(List.of(pending.spilled()), nameOf(pending.reason()))) {
            return new SetAside();
        }
        meters.rejected(Reason.SPILL_FAILED);
        return new Rejected(Reason.SPILL_FAILED);
    }

    static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
