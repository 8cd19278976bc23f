package org.transcriptpipeline.twilio.setup;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// Defaults of all conversations of an account (`/v1/Configuration`). Read, null means not set; in a change, null
/// means that it stays as it is.
///
/// @param defaultInactiveTimer ISO 8601 duration, `PT24H`; a minute at least
/// @param defaultClosedTimer ISO 8601 duration, `P3D`; ten minutes at least
public record ConversationsConfiguration(
        @JsonProperty("default_chat_service_sid") @Nullable String defaultChatServiceSid,

        @JsonProperty("default_messaging_service_sid") @Nullable
        String defaultMessagingServiceSid,

        @JsonProperty("default_inactive_timer") @Nullable String defaultInactiveTimer,
        @JsonProperty("default_closed_timer") @Nullable String defaultClosedTimer) {}
