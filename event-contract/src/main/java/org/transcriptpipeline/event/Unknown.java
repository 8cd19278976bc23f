package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/// Something signed by Twilio that we do not understand: a new event type, or a known one without the SIDs that make
/// it.
/// Kept whole in [Source#body], shown in `transcripts.unrecognised_events`.
///
/// @param key the conversation SID where the request names one, otherwise the service SID, message SID or account
///     SID
/// @param reason `event_type`, `missing:<Parameter>` or `too_large`
public record Unknown(
        @JsonIgnore(false) String key, // a field here, where other events derive it
        @Nullable String conversationSid,
        String reason,
        Source source)
        implements TranscriptEvent {

    public Unknown {
        requireNonNull(key, "key");
        requireNonNull(reason, "reason");
        requireNonNull(source, "source");
    }
}
