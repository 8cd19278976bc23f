package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// A message outside of any conversation, `SM…` or `MM…`, as Twilio took it.
///
/// @param status `accepted`, `queued`, … as sent; what becomes of it is told to the status callback
public record RestSms(
        @JsonProperty("sid") String sid,
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("messaging_service_sid") @Nullable String messagingServiceSid,
        @JsonProperty("error_code") @Nullable Integer errorCode) {

    public RestSms {
        requireNonNull(sid, "sid");
    }
}
