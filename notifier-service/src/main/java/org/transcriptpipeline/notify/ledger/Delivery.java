package org.transcriptpipeline.notify.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One handoff version on its way to one destination.
///
/// @param messageId the same for every attempt, so that a mail program can tell a repeat
/// @param snapshotSha256 what the snapshot must hash to
/// @param rule by which it was planned, and `destinationName` where that sends; null: planned before there were rules
/// @param readyAt when the transcript was ready; null: as before
public record Delivery(
        DeliveryKey key,
        String accountSid,
        String conversationSid,
        DeliveryStatus status,
        int attempts,
        String messageId,
        String snapshotSha256,
        @Nullable String rule,
        @Nullable String destinationName,
        @Nullable Instant readyAt) {}
