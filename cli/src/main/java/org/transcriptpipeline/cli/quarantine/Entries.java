package org.transcriptpipeline.cli.quarantine;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a command says of the entries that it met: all of them counted, the newest of them shown, so that a flood
/// fills neither memory nor screen.
final class Entries {

    private final int limit;
    private final Map<String, Long> counts = new TreeMap<>();
    private final PriorityQueue<Entry> newest = new PriorityQueue<>(Comparator.comparing(Entry::at));

    Entries(int limit) {
        this.limit = limit;
    }

    /// One entry; nothing of a person in it.
    ///
    /// @param kind `request` or `record`
    /// @param at when it was received or set aside
    /// @param state how it stands, or what this command makes of it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            String id,
            String kind,
            Instant at,
            String reason,
            @Nullable String sqlState,
            @Nullable String account,
            @Nullable String endpoint,
            @Nullable Integer bytes,
            String state) {

        static Entry of(KeptRequest request, String state) {
            return new Entry(
                    request.id().toString(),
                    "request",
                    request.at(),
                    request.reason(),
                    null,
                    request.account(),
                    request.endpoint(),
                    request.bytes(),
                    state);
        }

        static Entry of(SetAsideRecord one, String state) {
            return new Entry(
                    one.id().toString(),
                    "record",
                    one.at(),
                    Printable.of(one.reason()),
                    one.sqlState(),
                    one.account(),
                    null,
                    one.bytes(),
                    state);
        }

        private void print(PrintStream out) {
            out.println(String.join(
                    "  ",
                    id,
                    at.toString(),
                    sqlState == null ? reason : reason + " " + sqlState,
                    account == null ? "-" : account,
                    endpoint == null ? "-" : endpoint,
                    bytes == null ? "-" : bytes + " B",
                    state));
        }
    }

    /// @param counts by what each is counted under
    /// @param total all of them
    /// @param entries the newest, as many as are shown
    record Listing(long total, Map<String, Long> counts, List<Entry> entries) {

        void print(PrintStream out) {
            entries.forEach(entry -> entry.print(out));
            if (total > entries.size()) {
                out.println("… and " + (total - entries.size()) + " more; --limit shows more of them.");
            }
            counts.forEach((what, count) -> out.println("  " + what + ": " + count));
        }
    }

    /// @param countedAs under what it is counted
    void add(Entry entry, String countedAs) {
        counts.merge(countedAs, 1L, Long::sum);
        newest.add(entry);
        if (newest.size() > limit) {
            newest.poll();
        }
    }

    Listing listing() {
        var shown = new ArrayList<>(newest);
        shown.sort(Comparator.comparing(Entry::at).reversed().thenComparing(Entry::id));
        return new Listing(counts.values().stream().mapToLong(Long::longValue).sum(), new TreeMap<>(counts), shown);
    }
}
