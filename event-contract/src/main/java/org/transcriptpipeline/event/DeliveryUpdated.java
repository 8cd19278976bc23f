package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One recipient's delivery receipt of a conversation message changed (`onDeliveryUpdated`).
///
/// @param deliveryReceiptSid `DY…`
/// @param channelMessageSid `SM…`, `MM…` or `WA…`: the same message in Programmable Messaging, the join to its
///     status callbacks
/// @param status `sent`, `delivered`, `read`, `failed`, `undelivered`, or what Twilio invents next
/// @param dateUpdated when the receipt took this status; null until it changes
public record DeliveryUpdated(
        String conversationSid,
        String messageSid,
        String channelMessageSid,
        @Nullable String deliveryReceiptSid,
        @Nullable String participantSid,
        String status,
        @Nullable Integer errorCode,
        @Nullable Instant dateCreated,
        @Nullable Instant dateUpdated,
        @Nullable String serviceSid,
        Source source)
        implements TranscriptEvent {

    public DeliveryUpdated {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(messageSid, "messageSid");
        requireNonNull(channelMessageSid, "channelMessageSid");
        requireNonNull(status, "status");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid;
    }
}
