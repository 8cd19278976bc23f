package org.transcriptpipeline.twilio;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list.
///
/// @param nextPageUrl where the list goes on, on Twilio's own host; null at its end. To be kept and given back, never
///     taken apart, and never logged: it repeats what was searched for, an address for instance
/// @param answeredAt Twilio's clock (header `Date`, whole seconds); our clock where it is missing
public record Page<T>(List<T> items, @Nullable String nextPageUrl, Instant answeredAt) {

    public Page {
        items = List.copyOf(items);
    }

    /// How much there is, not what.
    @Override
    public String toString() {
        return "Page[items=" + items.size() + ", isLast=" + (nextPageUrl == null) + ", answeredAt=" + answeredAt + "]";
    }
}
