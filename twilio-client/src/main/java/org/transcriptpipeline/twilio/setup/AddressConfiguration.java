package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens when somebody writes to one of our addresses, `IG…`.
///
/// @param type `sms`, `whatsapp`, `messenger`, …
/// @param autoCreation whether a message that belongs to no conversation begins one
/// @param addressCountry for short codes
public record AddressConfiguration(
        @JsonProperty("sid") String sid,
        @JsonProperty("type") @Nullable String type,
        @JsonProperty("address") @Nullable String address,
        @JsonProperty("friendly_name") @Nullable String friendlyName,
        @JsonProperty("auto_creation") @Nullable AutoCreation autoCreation,
        @JsonProperty("address_country") @Nullable String addressCountry) {

    public AddressConfiguration {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "AddressConfiguration[" + sid + " " + type + "]";
    }

    /// Read, null means not set; in a change, null means that it stays as it is.
    ///
    /// @param type `webhook`, `studio` or `default`: what each such conversation gets
    /// @param conversationServiceSid `IS…`; null for the account's default service
    /// @param webhookMethod to be asked for as `get` or `post`; Twilio shows it in capitals
    /// @param webhookFilters names of events, for the type `webhook`; `onConversationAdded` is none of them
    /// @param studioFlowSid `FW…`, for the type `studio`
    public record AutoCreation(
            @JsonProperty("enabled") @Nullable Boolean enabled,
            @JsonProperty("type") @Nullable String type,

            @JsonProperty("conversation_service_sid") @Nullable
            String conversationServiceSid,

            @JsonProperty("webhook_url") @Nullable String webhookUrl,
            @JsonProperty("webhook_method") @Nullable String webhookMethod,
            @JsonProperty("webhook_filters") @Nullable List<String> webhookFilters,
            @JsonProperty("studio_flow_sid") @Nullable String studioFlowSid,
            @JsonProperty("studio_retry_count") @Nullable Integer studioRetryCount) {

        public AutoCreation {
            webhookFilters = webhookFilters == null ? null : List.copyOf(webhookFilters);
        }

        /// Every conversation gets the flow.
        public static AutoCreation studio(@Nullable String conversationServiceSid, String studioFlowSid) {
            return new AutoCreation(true, "studio", conversationServiceSid, null, null, null, studioFlowSid, null);
        }

        @Override
        public String toString() {
            return "AutoCreation[" + enabled + " " + type + " " + studioFlowSid + "]";
        }
    }
}
