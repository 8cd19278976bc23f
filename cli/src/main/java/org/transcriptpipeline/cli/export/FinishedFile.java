package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that is written and closed, and waits for its name.
final class FinishedFile {

    private FinishedFile() {}

    /// Syncs it and looks at what came to the disk.
    static PartEntry.FileEntry of(Path path, String table, long rows) throws IOException {
        var written = PrivateFiles.partial(path);
        PrivateFiles.sync(written);
        return new PartEntry.FileEntry(
                path.getFileName().toString(), table, rows, Files.size(written), PrivateFiles.sha256(written));
    }
}
