package org.transcriptpipeline.cli.export;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part that is finished: a line of the journal.
///
/// @param phase what its keys are
/// @param firstKey the first conversation, delivery or execution; null where the part is empty
/// @param lastKey the last, after which the next part begins
/// @param conversations how many
record PartEntry(
        int number,
        Phase phase,
        @Nullable String firstKey,
        @Nullable String lastKey,
        long conversations,
        List<FileEntry> files) {

    /// What is exported, one after the other.
    enum Phase {
        CONVERSATIONS,
        DELIVERIES_OF_NO_CONVERSATION,
        EXECUTIONS_OF_NO_CONVERSATION
    }

    /// @param table the view; `mails` for those
    /// @param rows without a header
    /// @param sha256 lower-case hexadecimal
    record FileEntry(String name, String table, long rows, long bytes, String sha256) {}
}
