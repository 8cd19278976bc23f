package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that went wrong at Twilio, a webhook that nobody answered for instance, `NO…`.
///
/// @param logLevel `error`, `warning`, …
/// @param requestUrl what Twilio had called; it may hold a number or a password
public record Alert(
        @JsonProperty("sid") String sid,
        @JsonProperty("error_code") @Nullable String errorCode,
        @JsonProperty("log_level") @Nullable String logLevel,
        @JsonProperty("alert_text") @Nullable String alertText,
        @JsonProperty("request_method") @Nullable String requestMethod,
        @JsonProperty("request_url") @Nullable String requestUrl,
        @JsonProperty("resource_sid") @Nullable String resourceSid,
        @JsonProperty("date_generated") @Nullable Instant dateGenerated) {

    public Alert {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "Alert[" + sid + " " + errorCode + " " + resourceSid + "]";
    }
}
