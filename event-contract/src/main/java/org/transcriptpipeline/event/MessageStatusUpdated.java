package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One state of one SMS, MMS, WhatsApp or RCS message, from a Programmable Messaging status callback, which carries no
/// time, or from Event Streams, which does. Neither names a conversation.
///
/// @param messageSid `SM…` or `MM…`
/// @param status as Twilio spells it, see `twilio-reference` 4.3: `queued`, `sent`, `delivered`, …
/// @param errorText `ErrorMessage` or `ChannelStatusMessage`, the channel's own words
/// @param channelPrefix `whatsapp`, `rcs`, …; absent for SMS and MMS
/// @param occurredAt when the message took this state; null: the source gives no time
/// @param carrierDoneDate `RawDlrDoneDate`, `YYMMDDhhmm` in a zone that nobody names: kept as text
public record MessageStatusUpdated(
        String messageSid,
        String status,
        @Nullable Integer errorCode,
        @Nullable String errorText,
        @Nullable String from,
        @Nullable String to,
        @Nullable String messagingServiceSid,
        @Nullable String channelPrefix,
        @Nullable Instant occurredAt,
        @Nullable String carrierDoneDate,
        Source source)
        implements TranscriptEvent {

    public MessageStatusUpdated {
        requireNonNull(messageSid, "messageSid");
        requireNonNull(status, "status");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return messageSid;
    }

    @Override
    public String toString() {
        return "MessageStatusUpdated[" + messageSid + " " + status + "]"; // no addresses
    }
}
