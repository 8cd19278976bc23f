package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Twilio logged an error or a warning of the account (`com.twilio.error-logs.error.logged`): a webhook that it could
/// not deliver, for instance.
///
/// @param errorSid `NO…`
/// @param errorCode `11200` for instance
/// @param level `ERROR`, `WARNING`, … as Twilio spells it
/// @param correlationSid SID of what it is about: a conversation, a message, a request
public record ErrorLogged(
        String errorSid,
        @Nullable Integer errorCode,
        @Nullable String level,
        @Nullable String productName,
        @Nullable String serviceSid,
        @Nullable String correlationSid,
        @Nullable Instant loggedAt,
        Source source)
        implements TranscriptEvent {

    public ErrorLogged {
        requireNonNull(errorSid, "errorSid");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return source.accountSid();
    }

    @Override
    public String toString() {
        return "ErrorLogged[" + errorSid + " " + errorCode + "]"; // the rest is text that we do not know
    }
}
