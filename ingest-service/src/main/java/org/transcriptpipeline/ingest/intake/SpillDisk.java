package org.transcriptpipeline.ingest.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.ingest.intake.JournalException.Kind;
import org.transcriptpipeline.ingest.intake.SpillJournal.Depth;
import org.transcriptpipeline.ingest.intake.SpillJournal.Entry;

/// The files of the spill, and what is done when they cannot be read or written: after a failure nothing is tried
/// until [#mend] has opened the journal anew and written to it.
final class SpillDisk {

    private static final Logger log = LoggerFactory.getLogger(SpillDisk.class);
    private static final String SET_ASIDE = "set-aside";

    private final Path directory;
    private final Clock clock;
    private final SpillMeters meters;
    private final SetAsideRecords setAside;
    private volatile SpillJournal journal;
    private volatile @Nullable String failure;

    private SpillDisk(Path directory, Clock clock, SpillMeters meters, SetAsideRecords setAside, SpillJournal journal) {
        this.directory = directory;
        this.clock = clock;
        this.meters = meters;
        this.setAside = setAside;
        this.journal = journal;
    }

    /// Opens what is there, and puts what was set aside back to be tried once more.
    ///
    /// @throws IllegalStateException where another process has it, or the directory is of no use; the message says
    ///     what to do
    static SpillDisk open(Path directory, Clock clock, SpillMeters meters) {
        try {
            var journal = openJournal(directory, clock, meters);
            var disk =
                    new SpillDisk(directory, clock, meters, new SetAsideRecords(directory.resolve(SET_ASIDE)), journal);
            disk.putBack();
            return disk;
        } catch (JournalException e) {
            throw unusable(
                    directory,
                    e.kind() == Kind.HELD
                            ? "another process is at work on it. Each ingest-service needs a SPILL_DIRECTORY of its own."
                            : e.getMessage() + ". SPILL_DIRECTORY must name a directory that this process can write.",
                    e);
        } catch (IOException e) {
            throw unusable(directory, e + ". SPILL_DIRECTORY must name a directory that this process can write.", e);
        }
    }

    /// Why nothing can be written; null: it can.
    @Nullable
    String failure() {
        return failure;
    }

    /// Of what waits. Does not wait for the disk.
    Depth depth() {
        return journal.depth();
    }

    long setAsideRecords() {
        return setAside.records();
    }

    long setAsideBytes() {
        return setAside.bytes();
    }

    /// All of them are on disk when it returns true.
    boolean append(List<SpilledRecord> records) {
        var used = journal;
        return attempt(used, () -> used.append(records));
    }

    /// All of them are on disk when it returns true, each in a file of its own.
    boolean keepAside(List<SpilledRecord> refused, String reason) {
        return attempt(journal, () -> {
            for (var spilled : refused) {
                var file = setAside.keep(spilled, reason, clock.instant());
                meters.setAside(reason);
                log.atError()
                        .addKeyValue("reason", reason)
                        .addKeyValue("topic", spilled.topic())
                        .addKeyValue("file", file)
                        .log("Kafka refuses an event for what it is; it is set aside");
            }
        });
    }

    /// None where the disk fails.
    List<Entry> oldest(String topic, int maxRecords, long maxBytes) {
        var used = journal;
        if (failure != null) {
            return List.of();
        }
        try {
            return used.oldest(topic, maxRecords, maxBytes);
        } catch (JournalException e) {
            failed(e, used);
            return List.of();
        }
    }

    /// Where it returns false they are still there, and are sent once more.
    boolean delete(String topic, List<Entry> entries) {
        var used = journal;
        return attempt(used, () -> {
            used.delete(topic, entries);
            used.shrink();
        });
    }

    /// After a failure nobody knows what the file holds, so it is opened anew.
    void mend() {
        try {
            journal.close();
        } catch (JournalException e) {
            log.atDebug().setCause(e).log("The failed journal does not close"); // its failure has been told
        }
        try {
            var opened = openJournal(directory, clock, meters);
            opened.prove(clock.instant());
            journal = opened;
            failure = null;
            log.atInfo().addKeyValue("records", opened.depth().all().records()).log("The spill's disk works again");
        } catch (JournalException e) { // told when it began; the kind may change
            failure = JournaledSpill.nameOf(e.kind());
        } catch (IOException e) {
            failure = JournaledSpill.nameOf(Kind.DISK_FAILED);
        }
    }

    void close() throws JournalException {
        journal.close();
    }

    private interface Work {
        void run() throws JournalException, IOException;
    }

    private boolean attempt(SpillJournal used, Work work) {
        if (failure != null) {
            return false;
        }
        try {
            work.run();
            return true;
        } catch (JournalException e) {
            failed(e, used);
        } catch (IOException e) {
            failed(new JournalException(Kind.DISK_FAILED, "A record cannot be set aside: " + e, e), used);
        }
        return false;
    }

    private synchronized void failed(JournalException e, SpillJournal used) {
        if (failure != null || used != journal) { // told already, or mended meanwhile
            return;
        }
        failure = JournaledSpill.nameOf(e.kind());
        meters.failed(JournaledSpill.nameOf(e.kind()));
        log.atError()
                .setCause(e)
                .addKeyValue("directory", directory)
                .addKeyValue("kind", e.kind())
                .log("The spill's disk fails; what Kafka does not take is answered 503 until it works again");
    }

    private static SpillJournal openJournal(Path directory, Clock clock, SpillMeters meters)
            throws JournalException, IOException {
        try {
            return SpillJournal.open(directory);
        } catch (JournalException e) {
            if (e.kind() != Kind.DAMAGED) {
                throw e;
            }
            var kept = SpillJournal.putAway(directory, clock.instant());
            meters.failed(JournaledSpill.nameOf(e.kind()));
            log.atError()
                    .setCause(e)
                    .addKeyValue("file", kept)
                    .log("The spill is damaged. It is kept under another name, for a person to look at, and a new one"
                            + " is made");
            return SpillJournal.open(directory);
        }
    }

    /// Whoever mended the cause has started this service again.
    private void putBack() throws IOException, JournalException {
        for (var file : setAside.files()) {
            var content = setAside.read(file);
            if (content != null) {
                journal.append(List.of(content));
                setAside.delete(file);
            }
        }
    }

    private static IllegalStateException unusable(Path directory, String why, Exception cause) {
        return new IllegalStateException("The spill in " + directory + " cannot be used: " + why, cause);
    }
}
