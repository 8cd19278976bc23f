package org.transcriptpipeline.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// What several turns gave, in one figure.
final class Figures {

    private Figures() {}

    /// @return not a number where there was no turn
    static <T> double median(List<T> turns, ToDoubleFunction<T> value) {
        var sorted = turns.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// The median, and in brackets the lowest and the highest.
    static <T> String spread(List<T> turns, ToDoubleFunction<T> value, String format) {
        var all = turns.stream().mapToDouble(value).summaryStatistics();
        return (format + " (" + format + " to " + format + ")")
                .formatted(median(turns, value), all.getMin(), all.getMax());
    }
}
