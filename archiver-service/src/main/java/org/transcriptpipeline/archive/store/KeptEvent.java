package org.transcriptpipeline.archive.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An event that is kept whole beside the rows: one that was not understood, or that Twilio only asked about.
///
/// @param reason what was not understood; empty for a pre-action event
/// @param record the record's value as it came from Kafka
public record KeptEvent(
        String eventId,
        String accountSid,
        String key,
        @Nullable String conversationSid,
        @Nullable String eventType,
        String source,
        String reason,
        Instant receivedAt,
        byte[] record) {

    @Override
    public String toString() {
        return "KeptEvent[" + eventId + "]";
    }
}
