package org.transcriptpipeline.cli.export;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.transcriptpipeline.export.Chunk;
import org.transcriptpipeline.export.StoreReader;

/// The files of one part while they are written, each under a name that says so. Closing one that is not finished takes
/// its files away.
interface Part extends Closeable {

    /// Adds conversations with all their rows.
    void addConversations(StoreReader store, Chunk chunk) throws SQLException, IOException;

    /// Adds what belongs to no conversation.
    void addOfNoConversation(StoreReader store, Chunk chunk) throws SQLException, IOException;

    /// Rows of the view that has most.
    long rows();

    /// Bytes so far, what is not written out yet included where that is known.
    long bytes();

    /// Writes everything out, to the disk.
    ///
    /// @return the files, not yet under their names
    List<PartEntry.FileEntry> finish() throws IOException;
}
