package org.transcriptpipeline.ingest.webhook;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.ingest.request.ReceivedRequest;

/// A messaging status callback. It names no conversation and no time.
///
/// Source of the parameters: twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
/// (`twilio-reference` 4.2).
final class MessageStatusDecoder implements EventDecoder {

    private static final Set<String> KNOWN = Set.of(
            "AccountSid",
            "MessageSid",
            "SmsSid",
            "MessageStatus",
            "SmsStatus",
            "From",
            "To",
            "MessagingServiceSid",
            "ApiVersion",
            "ErrorCode",
            "ErrorMessage",
            "RawDlrDoneDate",
            "ChannelPrefix",
            "ChannelInstallSid",
            "ChannelStatusMessage",
            "EventType",
            "ChannelToAddress",
            "StructuredMessage",
            "Body",
            "NumMedia",
            "Timestamp");

    @Override
    public TranscriptEvent decode(ReceivedRequest request, String accountSid) {
        var parameters = new Parameters(request.form());
        var messageSid = firstOf(parameters.sid("MessageSid"), parameters.sid("SmsSid"));
        var status = firstOf(parameters.filled("MessageStatus"), parameters.filled("SmsStatus"));
        var errorCode = parameters.code("ErrorCode");
        var messagingServiceSid = parameters.sid("MessagingServiceSid");
        parameters.noteUnknown(KNOWN);
        var source = Sources.of(request, accountSid, parameters);
        if (messageSid == null) {
            return new Unknown(accountSid, null, "missing:MessageSid", source);
        }
        if (status == null) {
            return new Unknown(messageSid, null, "missing:MessageStatus", source);
        }
        return new MessageStatusUpdated(
                messageSid,
                status,
                errorCode,
                firstOf(parameters.filled("ErrorMessage"), parameters.filled("ChannelStatusMessage")),
                parameters.filled("From"),
                parameters.filled("To"),
                messagingServiceSid,
                parameters.filled("ChannelPrefix"),
                null,
                parameters.filled("RawDlrDoneDate"),
                source);
    }

    private static @Nullable String firstOf(@Nullable String preferred, @Nullable String fallback) {
        return preferred != null ? preferred : fallback;
    }
}
