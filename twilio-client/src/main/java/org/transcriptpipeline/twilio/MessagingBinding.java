package org.transcriptpipeline.twilio;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// How a participant is reached outside of chat.
///
/// @param type `sms`, `whatsapp`, `messenger`, … as sent
/// @param address the participant's own
/// @param proxyAddress ours, which the participant writes to
/// @param projectedAddress ours, which the others of a group MMS see
public record MessagingBinding(
        @JsonProperty("type") @Nullable String type,
        @JsonProperty("address") @Nullable String address,
        @JsonProperty("proxy_address") @Nullable String proxyAddress,
        @JsonProperty("projected_address") @Nullable String projectedAddress,
        @JsonProperty("name") @Nullable String name,
        @JsonProperty("level") @Nullable String level) {

    @Override
    public String toString() {
        return "MessagingBinding[" + type + "]";
    }
}
