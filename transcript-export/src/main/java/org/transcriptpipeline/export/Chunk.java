package org.transcriptpipeline.export;

import java.util.List;

/// Keys that follow one another in their order, few enough to be read at once.
///
/// @param keys SIDs, at least one
/// @param accounts the account of each
/// @param messages that the conversations are said to hold together; 0 where the keys are no conversations
/// @param hasMore whether keys may follow
public record Chunk(List<String> keys, List<String> accounts, long messages, boolean hasMore) {

    public Chunk {
        keys = List.copyOf(keys);
        accounts = List.copyOf(accounts);
    }

    public String first() {
        return keys.getFirst();
    }

    public String last() {
        return keys.getLast();
    }
}
