package org.transcriptpipeline.archive.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.IndexRange;

/// The indexes that a listing from the newest message down has shown so far, as the holes between them: memory grows
/// with the holes, not with the messages.
final class ListedIndexes {

    /// A list with more holes than this is not described by them.
    static final int MOST_HOLES = 10_000;

    private static final Pattern RANGE = Pattern.compile("\\[(\\d+),(\\d+)\\)");

    private final List<IndexRange> holesDescending = new ArrayList<>();
    private @Nullable Long highest;
    private long lowest;
    private long count;

    /// @return whether the list still goes down, as it should; not so where a page came twice
    boolean add(long index) {
        if (highest == null) {
            highest = index;
        } else if (index >= lowest) {
            return false;
        } else if (index < lowest - 1) {
            holesDescending.add(new IndexRange(index + 1, lowest - 1));
        }
        lowest = index;
        count++;
        return true;
    }

    /// Null: the list was empty.
    @Nullable
    Long highest() {
        return highest;
    }

    /// Of a list that is not empty.
    long lowest() {
        return lowest;
    }

    long count() {
        return count;
    }

    boolean isDescribable() {
        return holesDescending.size() <= MOST_HOLES;
    }

    /// The whole list was read: what is below its last index does not exist either.
    List<IndexRange> holesOfWholeList() {
        var holes = new ArrayList<IndexRange>();
        if (highest != null && lowest > 0) {
            holes.add(new IndexRange(0L, lowest - 1));
        }
        holes.addAll(holesDescending.reversed());
        return holes;
    }

    /// The list was read down to an index that an earlier finding had verified.
    ///
    /// @param earlier that finding's holes, a multirange of Postgres
    List<IndexRange> holesDownTo(long verifiedThrough, @Nullable String earlier) {
        var holes = new ArrayList<IndexRange>();
        if (earlier != null) {
            var ranges = RANGE.matcher(earlier);
            while (ranges.find()) {
                long from = Long.parseLong(ranges.group(1));
                long to = Math.min(Long.parseLong(ranges.group(2)) - 1, verifiedThrough);
                if (from <= to) {
                    holes.add(new IndexRange(from, to));
                }
            }
        }
        for (var hole : holesDescending.reversed()) {
            if (hole.to() > verifiedThrough) {
                holes.add(new IndexRange(Math.max(hole.from(), verifiedThrough + 1), hole.to()));
            }
        }
        if (highest != null && lowest > verifiedThrough + 1) {
            holes.add(new IndexRange(verifiedThrough + 1, lowest - 1));
        }
        holes.sort(java.util.Comparator.comparing(IndexRange::from));
        return merged(holes);
    }

    /// Neighbours made one, as Postgres writes a multirange.
    private static List<IndexRange> merged(List<IndexRange> sorted) {
        var merged = new ArrayList<IndexRange>();
        for (var range : sorted) {
            if (!merged.isEmpty() && merged.getLast().to() + 1 >= range.from()) {
                var last = merged.removeLast();
                merged.add(new IndexRange(last.from(), Math.max(last.to(), range.to())));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }
}
