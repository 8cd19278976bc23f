package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// A messaging service, `MG…`: numbers that send together.
///
/// @param inboundRequestUrl where messages go that belong to no conversation, unless each number has its own
/// @param statusCallback where Twilio tells what becomes of a message
/// @param useInboundWebhookOnNumber whether the number's own URL is called instead of the service's
public record MessagingService(
        @JsonProperty("sid") String sid,
        @JsonProperty("friendly_name") @Nullable String friendlyName,
        @JsonProperty("inbound_request_url") @Nullable String inboundRequestUrl,
        @JsonProperty("status_callback") @Nullable String statusCallback,

        @JsonProperty("use_inbound_webhook_on_number") @Nullable
        Boolean useInboundWebhookOnNumber) {

    public MessagingService {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "MessagingService[" + sid + "]";
    }

    /// What can be asked for; null leaves it as it is. A new service needs a name.
    public record Settings(
            @Nullable String friendlyName,
            @Nullable String statusCallback,
            @Nullable Boolean useInboundWebhookOnNumber) {

        @Override
        public String toString() {
            return "Settings[useInboundWebhookOnNumber=" + useInboundWebhookOnNumber + "]";
        }
    }
}
