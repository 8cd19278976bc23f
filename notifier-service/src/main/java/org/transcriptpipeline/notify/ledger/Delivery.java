package org.transcriptpipeline.notify.ledger;

/// One handoff version on its way to one destination.
///
/// @param messageId the same for every attempt, so that a mail program can tell a repeat
/// @param snapshotSha256 what the snapshot must hash to
public record Delivery(
        DeliveryKey key,
        String accountSid,
        String conversationSid,
        DeliveryStatus status,
        int attempts,
        String messageId,
        String snapshotSha256) {}
