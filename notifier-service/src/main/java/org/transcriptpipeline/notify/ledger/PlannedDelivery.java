package org.transcriptpipeline.notify.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A delivery that is to be made.
///
/// @param heldBack why it has to wait for a person, null where it is to be sent
/// @param rule the name of the rule by which it is sent
/// @param destinationName where that rule sends
/// @param readyAt when the transcript was ready
/// @param notBefore the end of quiet hours, null where it may go at once
public record PlannedDelivery(
        DeliveryKey key,
        String accountSid,
        String conversationSid,
        String messageId,
        String snapshotSha256,
        @Nullable String heldBack,
        String rule,
        String destinationName,
        Instant readyAt,
        @Nullable Instant notBefore) {}
