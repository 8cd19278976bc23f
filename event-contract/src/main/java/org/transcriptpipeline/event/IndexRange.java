package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// Neighbouring message indexes, both ends included.
public record IndexRange(Long from, Long to) {

    public IndexRange {
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("not a range of indexes: " + from + " to " + to);
        }
    }
}
