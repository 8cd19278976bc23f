package org.transcriptpipeline.notify.ledger;

import org.jspecify.annotations.Nullable;

/// What the ledger keeps of a finished attempt.
///
/// @param status of the delivery from now on
/// @param outcome of the attempt: `sent`, `try_later` or `refused`
/// @param response the other side's words, or ours where it said nothing
/// @param contentSha256 hash of the bytes that were handed over
/// @param templateVersion of what they were made by; null: of nothing that changes
public record Entry(
        DeliveryStatus status,
        String outcome,
        @Nullable String response,
        @Nullable String contentSha256,
        @Nullable String templateVersion) {

    /// Shows no words of a server: they name addresses.
    @Override
    public String toString() {
        return "Entry[" + status + " " + outcome + "]";
    }
}
