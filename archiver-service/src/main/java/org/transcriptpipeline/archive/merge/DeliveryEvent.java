package org.transcriptpipeline.archive.merge;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One state seen of a delivery. The same state told again in the same words is the same event.
///
/// @param receivedAt when it was first received
public record DeliveryEvent(Key key, String accountSid, Instant receivedAt) {

    /// @param source wire name of the source kind
    /// @param occurredAt Twilio's time; status callbacks carry none
    /// @param carrierDoneDate the carrier's own time as text
    public record Key(
            String channelMessageSid,
            String status,
            String source,
            @Nullable Integer errorCode,
            @Nullable Instant occurredAt,
            @Nullable String carrierDoneDate) {}

    DeliveryEvent merge(DeliveryEvent other) {
        return new DeliveryEvent(
                key, Least.earlier(accountSid, other.accountSid), Least.earlier(receivedAt, other.receivedAt));
    }
}
