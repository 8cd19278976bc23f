package org.transcriptpipeline.archive.reconcile;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message as the store has it.
///
/// @param index null for a message that is known only from its receipt
/// @param mediaSids SIDs of the attachments, sorted
/// @param statuses the furthest state of each of its deliveries
record StoredMessage(
        String messageSid,
        @Nullable Long index,
        @Nullable String body,
        @Nullable String author,
        @Nullable String participantSid,
        @Nullable String attributes,
        List<String> mediaSids,
        @Nullable Instant sentAt,
        boolean isRemoved,
        boolean isStub,
        List<String> statuses) {

    @Override
    public String toString() {
        return "StoredMessage[" + messageSid + "]";
    }
}
