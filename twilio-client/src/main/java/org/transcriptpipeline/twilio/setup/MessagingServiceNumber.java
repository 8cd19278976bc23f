package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// A number of ours in a messaging service.
///
/// @param sid `PN…`, that of the number
public record MessagingServiceNumber(
        @JsonProperty("sid") String sid,
        @JsonProperty("service_sid") @Nullable String serviceSid,
        @JsonProperty("phone_number") @Nullable String phoneNumber) {

    public MessagingServiceNumber {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "MessagingServiceNumber[" + sid + " " + serviceSid + "]";
    }
}
