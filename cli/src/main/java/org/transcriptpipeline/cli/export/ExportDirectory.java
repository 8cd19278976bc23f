package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.export.PartEntry.Phase;

/// Where an export lies: its parts, its journal, and in the end its manifest.
final class ExportDirectory implements AutoCloseable {

    private static final Pattern OURS = Pattern.compile(
            "[a-z_]+-[0-9]{5,}\\.(csv|jsonl|parquet|zip)(\\.partial)?|mail\\.(txt|json)\\.partial|manifest\\.json\\.partial");

    private final Path path;
    private final Journal journal;

    private ExportDirectory(Path path, Journal journal) {
        this.path = path;
        this.journal = journal;
    }

    /// Where the next part begins.
    ///
    /// @param number of that part
    /// @param after the last key of the one before; null: there is none, or it was empty
    record Position(int number, Phase phase, @Nullable String after) {}

    /// @param isToResume whether an export may be there
    /// @throws RefusedException where one is that must not be, or something else
    static ExportDirectory open(Path path, boolean isToResume) throws IOException {
        PrivateFiles.createDirectory(path);
        boolean hasJournal = Files.exists(path.resolve(Journal.NAME));
        if (hasJournal && !isToResume) {
            throw new RefusedException("The directory holds an export already; --resume goes on with it.");
        }
        if (!hasJournal && !isEmpty(path)) {
            throw new RefusedException("The directory is not empty, and what it holds is no export.");
        }
        return new ExportDirectory(path, Journal.open(path));
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (var files = Files.newDirectoryStream(path)) {
            return !files.iterator().hasNext();
        }
    }

    Path path() {
        return path;
    }

    Journal journal() {
        return journal;
    }

    boolean isComplete() {
        return Files.exists(path.resolve(Manifest.NAME));
    }

    /// Writes the definition down, or holds it against the one that is.
    ///
    /// @throws RefusedException where they differ
    void define(ExportDefinition definition) throws IOException {
        var begun = journal.definition();
        if (begun == null) {
            journal.append(definition);
            PrivateFiles.sync(path);
        } else if (!begun.equals(definition)) {
            throw new RefusedException(
                    "The export in this directory was begun with another " + difference(begun, definition) + ".");
        }
    }

    private static String difference(ExportDefinition begun, ExportDefinition asked) {
        if (begun.formatVersion() != asked.formatVersion()) {
            return "version of the tool";
        }
        if (begun.format() != asked.format() || begun.isRaw() != asked.isRaw()) {
            return "format";
        }
        if (!begun.filter().equals(asked.filter())) {
            return "filter";
        }
        if (begun.partRows() != asked.partRows()) {
            return "size of parts";
        }
        return begun.schema().equals(asked.schema()) ? "database or role" : "schema of the database";
    }

    /// Holds every finished file against its hash, and takes away what a crash left unfinished.
    ///
    /// @throws RefusedException where a file is not what was written
    Position verify() throws IOException {
        var names = new HashSet<>(List.of(Journal.NAME, Manifest.NAME));
        var last = new Object() {
            Position position = new Position(1, Phase.CONVERSATIONS, null);
        };
        journal.forEachPart(part -> {
            for (var file : part.files()) {
                verify(file);
                names.add(file.name());
            }
            last.position = new Position(part.number() + 1, part.phase(), part.lastKey());
        });
        try (var files = Files.newDirectoryStream(path)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (!names.contains(name) && OURS.matcher(name).matches()) {
                    Files.delete(file);
                }
            }
        }
        return last.position;
    }

    private void verify(PartEntry.FileEntry file) throws IOException {
        var found = path.resolve(file.name());
        if (!Files.isRegularFile(found)
                || Files.size(found) != file.bytes()
                || !PrivateFiles.sha256(found).equals(file.sha256())) {
            throw new RefusedException(
                    file.name() + " is missing or not what was written. Export into a new directory.");
        }
    }

    /// Gives the files of a part their names, and writes the part down.
    void publish(PartEntry part) throws IOException {
        for (var file : part.files()) {
            PrivateFiles.publish(path.resolve(file.name()));
        }
        PrivateFiles.sync(path);
        journal.append(part);
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
