package org.transcriptpipeline.archive.merge;

import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;

/// The order of delivery states. Reports come in any order; the furthest state seen is the state.
///
/// The names are Twilio's (`twilio-reference` 4.3). A name that is not among them ranks lowest.
public final class DeliveryStatus {

    /// `store.status_rank` of the database says the same; a test compares them.
    static final Map<String, Integer> RANKS = Map.ofEntries(
            Map.entry("accepted", 1),
            Map.entry("scheduled", 1),
            Map.entry("queued", 2),
            Map.entry("sending", 3),
            Map.entry("sent", 4),
            Map.entry("canceled", 5),
            Map.entry("partially_delivered", 6),
            Map.entry("failed", 7),
            Map.entry("undelivered", 8),
            Map.entry("delivered", 9),
            Map.entry("read", 10));

    private DeliveryStatus() {}

    public static int rank(String status) {
        return RANKS.getOrDefault(status, 0);
    }

    /// One spelling: Event Streams writes states in capitals.
    static String normal(String status) {
        return status.toLowerCase(Locale.ROOT);
    }

    /// The furthest of these; of two that rank the same, the later in the alphabet, so that the choice is one.
    static String furthest(SortedSet<String> statuses) {
        var furthest = statuses.getFirst();
        for (var status : statuses) {
            if (rank(status) >= rank(furthest)) {
                furthest = status;
            }
        }
        return furthest;
    }
}
