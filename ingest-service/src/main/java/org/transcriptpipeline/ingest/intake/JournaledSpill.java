package org.transcriptpipeline.ingest.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.ingest.intake.JournalException.Kind;
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

    /// With `transcripts.spill.after` and the producer's `max.block.ms` below four seconds.
    private static final Duration PATIENCE = Duration.ofMillis(1200);

    private static final Duration STUCK_AFTER = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
    private static final int QUEUE_LENGTH = 4096;
    private static final long QUEUE_BYTES = 32L * 1024 * 1024;
    private static final int BATCH_LENGTH = 512;
    private static final long BATCH_BYTES = 4L * 1024 * 1024;

    private final Path directory;
    private final long maxBytes;
    private final Clock clock;
    private final SetAsideRecords setAside;
    private final SpillMeters meters;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread writer;

    private volatile SpillJournal journal;
    private volatile @Nullable String failure;
    private volatile long writingSinceNanos;
    private volatile boolean isWriting;
    private volatile boolean isClosed;

    /// @param isForGood Kafka will never take it as it is
    private record Pending(
            SpilledRecord spilled, Reason reason, boolean isForGood, CompletableFuture<Publication> publication) {}

    private JournaledSpill(
            Path directory,
            long maxBytes,
            Clock clock,
            SpillJournal journal,
            SetAsideRecords setAside,
            SpillMeters meters) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.journal = journal;
        this.setAside = setAside;
        this.meters = meters;
        this.writer = Thread.ofPlatform().daemon().name("spill-writer").unstarted(this::write);
    }

    /// Opens the spill of a directory, with what an earlier process left there. What was set aside is put back to be
    /// tried once more.
    ///
    /// @throws IllegalStateException where another process has it, or the directory is of no use; the message says
    ///     what to do
    static JournaledSpill open(Path directory, long maxBytes, Clock clock, SpillMeters meters) {
        try {
            var journal = openMended(directory, clock, meters);
            var setAside = new SetAsideRecords(directory.resolve("set-aside"));
            var spill = new JournaledSpill(directory, maxBytes, clock, journal, setAside, meters);
            spill.tryOnceMore();
            meters.watch(spill);
            var left = journal.depth().all();
            if (left.records() > 0) {
                log.atInfo()
                        .addKeyValue("records", left.records())
                        .addKeyValue("bytes", left.bytes())
                        .addKeyValue("since", journal.depth().oldestAt())
                        .log("An earlier run left events on disk; they go to Kafka now");
            }
            spill.writer.start();
            return spill;
        } catch (JournalException e) {
            var advice = e.kind() == Kind.HELD
                    ? "another process is at work on it. Each ingest-service needs a SPILL_DIRECTORY of its own."
                    : e.getMessage() + ". SPILL_DIRECTORY must name a directory that this process can write.";
            throw new IllegalStateException("The spill in " + directory + " cannot be used: " + advice, e);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The spill in " + directory + " cannot be used: " + e
                            + ". SPILL_DIRECTORY must name a directory that this process can write.",
                    e);
        }
    }

    @Override
    public boolean isTaking() {
        return failure() == null && usedBytes() < maxBytes;
    }

    @Override
    public CompletableFuture<Publication> keep(ProducerRecord<String, byte[]> refused, Reason reason) {
        return enqueue(refused, reason, false);
    }

    @Override
    public CompletableFuture<Publication> setAside(ProducerRecord<String, byte[]> refused, Reason reason) {
        return enqueue(refused, reason, true);
    }

    private CompletableFuture<Publication> enqueue(
            ProducerRecord<String, byte[]> refused, Reason reason, boolean isForGood) {
        var pending = new Pending(
                SpilledRecord.of(refused, clock.instant()), reason, isForGood, new CompletableFuture<Publication>());
        int size = pending.spilled().size();
        if (isClosed || failure() != null) {
            return reject(Reason.SPILL_FAILED);
        }
        if (usedBytes() + size > maxBytes) {
            return reject(Reason.SPILL_FULL);
        }
        if (queuedBytes.addAndGet(size) > QUEUE_BYTES || !queue.offer(pending)) {
            queuedBytes.addAndGet(-size);
            return reject(Reason.OVERLOADED);
        }
        // A disk that hangs is worse than one that fails. What is written after all is a repeat of what is sent again.
        return pending.publication()
                .completeOnTimeout(new Rejected(Reason.SPILL_FAILED), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
        return failure;
    }

    Totals totals() {
        return journal.depth().all();
    }

    /// Null: nothing waits.
    @Nullable
    Duration age() {
        var since = journal.depth().oldestAt();
        return since == null ? null : Duration.between(since, clock.instant());
    }

    long setAsideRecords() {
        return setAside.records();
    }

    long maxBytes() {
        return maxBytes;
    }

    long usedBytes() {
        return totals().bytes() + setAside.bytes() + queuedBytes.get();
    }

    Set<String> topics() {
        return journal.depth().byTopic().keySet();
    }

    /// For the drain. A failure of the disk is dealt with here; it finds nothing then.
    List<Entry> oldest(String topic, int maxRecords, long maxBytesTogether) {
        var used = journal;
        try {
            return failure == null ? used.oldest(topic, maxRecords, maxBytesTogether) : List.of();
        } catch (JournalException e) {
            failed(e, used);
            return List.of();
        }
    }

    /// Kafka has them.
    void drained(String topic, List<Entry> entries) {
        if (forget(topic, entries)) {
            meters.drained(entries.size());
        }
    }

    /// Kafka will never have them as they are.
    void setAside(String topic, List<Entry> entries, String reason) {
        try {
            for (var entry : entries) {
                keepAside(entry.spilled(), reason);
            }
            forget(topic, entries);
        } catch (IOException e) {
            failed(new JournalException(Kind.DISK_FAILED, "A record cannot be set aside: " + e, e), journal);
        }
    }

    private boolean forget(String topic, List<Entry> entries) {
        var used = journal;
        try {
            used.delete(topic, entries);
            if (used.depth().byTopic().isEmpty()) {
                used.shrink();
            }
            return true;
        } catch (JournalException e) { // still there: they are sent once more
            failed(e, used);
            return false;
        }
    }

    private void keepAside(SpilledRecord refused, String reason) throws IOException {
        var file = setAside.keep(refused, reason, clock.instant());
        meters.setAside(reason);
        log.atError()
                .addKeyValue("reason", reason)
                .addKeyValue("topic", refused.topic())
                .addKeyValue("file", file)
                .log("Kafka refuses an event for what it is; it is set aside");
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            writer.join(CLOSE_TIMEOUT);
            var left = totals();
            if (left.records() > 0) {
                log.atInfo()
                        .addKeyValue("records", left.records())
                        .log("Events stay on disk and go to Kafka after the next start");
            }
            journal.close();
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
                if (failure != null) {
                    Thread.sleep(PAUSE_AFTER_FAILURE);
                    mend();
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
        var waiting = batch.stream().filter(pending -> !pending.isForGood()).toList();
        var used = journal;
        long start = System.nanoTime();
        writingSinceNanos = start;
        isWriting = true;
        try {
            if (failure != null) {
                return rejectAll(batch);
            }
            if (!waiting.isEmpty()) {
                used.append(waiting.stream().map(Pending::spilled).toList());
            }
            for (var pending : batch) {
                if (pending.isForGood()) {
                    keepAside(pending.spilled(), nameOf(pending.reason()));
                } else {
                    meters.spilled(nameOf(pending.reason()));
                }
            }
            meters.committed(System.nanoTime() - start);
            return batch.stream()
                    .<Publication>map(pending -> pending.isForGood() ? new SetAside() : new Spilled())
                    .toList();
        } catch (JournalException e) {
            failed(e, used);
            return rejectAll(batch);
        } catch (IOException e) {
            failed(new JournalException(Kind.DISK_FAILED, "A record cannot be set aside: " + e, e), used);
            return rejectAll(batch);
        } finally {
            isWriting = false;
            queuedBytes.addAndGet(-batch.stream().mapToLong(pending -> pending.spilled().size()).sum());
        }
    }

    private List<Publication> rejectAll(List<Pending> batch) {
        batch.forEach(_ -> meters.rejected(Reason.SPILL_FAILED));
        return batch.stream().<Publication>map(_ -> new Rejected(Reason.SPILL_FAILED)).toList();
    }

    /// Tells it once; [#mend] tries to end it.
    private synchronized void failed(JournalException e, SpillJournal used) {
        if (failure != null || used != journal) { // told already, or mended meanwhile
            return;
        }
        failure = nameOf(e.kind());
        meters.failed(nameOf(e.kind()));
        log.atError()
                .setCause(e)
                .addKeyValue("directory", directory)
                .addKeyValue("kind", e.kind())
                .log("The spill's disk fails; what Kafka does not take is answered 503 until it works again");
    }

    /// After a failure nobody knows what the file holds, so it is opened anew.
    private void mend() {
        try {
            journal.close();
        } catch (JournalException e) {
            log.atDebug().setCause(e).log("The failed journal does not close"); // its failure has been told
        }
        try {
            var opened = openMended(directory, clock, meters);
            opened.prove(clock.instant());
            journal = opened;
            failure = null;
            log.atInfo()
                    .addKeyValue("records", opened.depth().all().records())
                    .log("The spill's disk works again");
        } catch (JournalException | IOException e) { // told when it began; the kind may change
            failure = e instanceof JournalException told ? nameOf(told.kind()) : nameOf(Kind.DISK_FAILED);
        }
    }

    private static SpillJournal openMended(Path directory, Clock clock, SpillMeters meters)
            throws JournalException, IOException {
        try {
            return SpillJournal.open(directory);
        } catch (JournalException e) {
            if (e.kind() != Kind.DAMAGED) {
                throw e;
            }
            var kept = SpillJournal.putAway(directory, clock.instant());
            meters.failed(nameOf(e.kind()));
            log.atError()
                    .setCause(e)
                    .addKeyValue("file", kept)
                    .log("The spill is damaged. It is kept under another name, for a person to look at; a new one is made");
            return SpillJournal.open(directory);
        }
    }

    /// Whoever mended the cause has started this service again.
    private void tryOnceMore() throws IOException, JournalException {
        for (var file : setAside.files()) {
            var content = setAside.read(file);
            if (content != null) {
                journal.append(List.of(content));
                setAside.delete(file);
            }
        }
    }

    static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
