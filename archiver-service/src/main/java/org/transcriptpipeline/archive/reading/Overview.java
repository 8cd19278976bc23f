package org.transcriptpipeline.archive.reading;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How it goes, over some days: counts and no word of anybody.
///
/// @param days from the first to the last, without holes
/// @param failures by cause, the most frequent first
/// @param handoffs by status, as the view `handoffs` spells it
/// @param sources how far each of them is behind
/// @param quarantinedRecords that nobody has dealt with
/// @param unrecognisedEvents likewise
/// @param countedAt when all counts by day were right; null: never yet
public record Overview(
        List<Day> days,
        Funnel funnel,
        List<Failure> failures,
        Verdicts verdicts,
        List<Count> handoffs,
        List<Source> sources,
        long quarantinedRecords,
        long unrecognisedEvents,
        @Nullable Instant countedAt) {

    public Overview {
        days = List.copyOf(days);
        failures = List.copyOf(failures);
        handoffs = List.copyOf(handoffs);
        sources = List.copyOf(sources);
    }

    /// @param day in UTC
    /// @param conversations that began on it
    public record Day(LocalDate day, long conversations, long inbound, long outbound) {}

    /// Deliveries, and how far they came, see the view `delivery_funnel`.
    public record Funnel(long all, long sent, long delivered, long read, long failed, long open) {}

    /// @param meaning of the code; null: it has none here
    /// @param advice what can be done; null: nothing is known
    public record Failure(
            @Nullable Integer errorCode,
            @Nullable String meaning,
            @Nullable String advice,
            long count) {}

    /// Conversations by verdict.
    public record Verdicts(long complete, long reconciling, long gap, long unverified) {}

    /// Something by its name.
    public record Count(String name, long count) {}

    /// @param lagSeconds between when something of this source was received last and when it was stored
    public record Source(String name, Instant lastReceivedAt, BigDecimal lagSeconds) {}
}
