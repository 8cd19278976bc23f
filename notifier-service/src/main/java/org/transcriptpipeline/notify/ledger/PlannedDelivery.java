package org.transcriptpipeline.notify.ledger;

import org.jspecify.annotations.Nullable;

/// A delivery that is to be made.
///
/// @param heldBack why it has to wait for a person, null where it is to be sent at once
public record PlannedDelivery(
        DeliveryKey key,
        String accountSid,
        String conversationSid,
        String messageId,
        String snapshotSha256,
        @Nullable String heldBack) {}
