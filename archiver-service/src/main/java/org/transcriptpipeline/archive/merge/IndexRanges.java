package org.transcriptpipeline.archive.merge;

import java.util.List;
import java.util.stream.Collectors;
import org.transcriptpipeline.event.IndexRange;

/// Ranges of indexes as a multirange of Postgres, in the form in which Postgres itself writes it, so that what was
/// stored equals what is read back.
public final class IndexRanges {

    private IndexRanges() {}

    /// @param ranges ascending, none of them next to another
    public static String literal(List<IndexRange> ranges) {
        return ranges.stream()
                .map(range -> "[" + range.from() + "," + (range.to() + 1) + ")")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
