package org.transcriptpipeline.cli.quarantine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A record that could not be stored, without its bytes.
///
/// @param sqlState null: it was not the database
/// @param bytes null: not told
/// @param state `open`, `replay_requested`, `replayed` or `dropped`
record SetAsideRecord(
        EntryId id,
        @Nullable String account,
        String reason,
        @Nullable String sqlState,
        Instant at,
        @Nullable Integer bytes,
        String state) {

    boolean isOpen() {
        return state.equals("open");
    }
}
