package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// A number of ours, `PN…`.
///
/// @param smsUrl where messages go that belong to no conversation
/// @param smsApplicationSid where set, it decides instead of the URL
public record IncomingPhoneNumber(
        @JsonProperty("sid") String sid,
        @JsonProperty("phone_number") @Nullable String phoneNumber,
        @JsonProperty("friendly_name") @Nullable String friendlyName,
        @JsonProperty("sms_url") @Nullable String smsUrl,
        @JsonProperty("sms_method") @Nullable String smsMethod,
        @JsonProperty("sms_application_sid") @Nullable String smsApplicationSid) {

    public IncomingPhoneNumber {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "IncomingPhoneNumber[" + sid + "]";
    }
}
