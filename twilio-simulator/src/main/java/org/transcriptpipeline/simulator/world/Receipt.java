package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Delivery of one message to one recipient without a chat client.
///
/// @param sid DY…
/// @param channelMessageSid SM… or MM…, the message of Programmable Messaging
/// @param status null while it is still inside Twilio
/// @param dateUpdated null until the status changes
public record Receipt(
        String sid,
        String conversationSid,
        String messageSid,
        String channelMessageSid,
        String participantSid,
        @Nullable DeliveryStatus status,
        @Nullable Integer errorCode,
        Instant dateCreated,
        @Nullable Instant dateUpdated) {

    Receipt with(DeliveryStatus newStatus, @Nullable Integer newErrorCode, Instant now) {
        return new Receipt(
                sid,
                conversationSid,
                messageSid,
                channelMessageSid,
                participantSid,
                newStatus,
                newErrorCode,
                dateCreated,
                now);
    }
}
