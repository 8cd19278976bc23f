package org.transcriptpipeline.archive.merge;

import java.util.Collections;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The simplest merges: the least, the greatest, the union. Null takes no part.
final class Least {

    private Least() {}

    static <T extends Comparable<? super T>> @Nullable T least(@Nullable T a, @Nullable T b) {
        return a == null ? b : b == null || a.compareTo(b) <= 0 ? a : b;
    }

    static <T extends Comparable<? super T>> @Nullable T greatest(@Nullable T a, @Nullable T b) {
        return a == null ? b : b == null || a.compareTo(b) >= 0 ? a : b;
    }

    /// Of two values of which neither is missing.
    static <T extends Comparable<? super T>> T earlier(T a, T b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    static <T extends Comparable<? super T>> T later(T a, T b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    static <T extends Comparable<T>> SortedSet<T> union(SortedSet<T> a, SortedSet<T> b) {
        if (a.equals(b)) {
            return a;
        }
        var union = new TreeSet<T>(Comparator.naturalOrder());
        union.addAll(a);
        union.addAll(b);
        return Collections.unmodifiableSortedSet(union);
    }
}
