package org.transcriptpipeline.twilio.setup;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which events of conversations go where, for an account or for one service. Read, null means not set; in a change,
/// null means that it stays as it is, and an empty URL removes it.
///
/// @param method `GET` or `POST`
/// @param filters names of events, `onMessageAdded`
/// @param target `webhook` or `flex`; of an account only, a service has none
public record ConversationsWebhooks(
        @JsonProperty("pre_webhook_url") @Nullable String preWebhookUrl,
        @JsonProperty("post_webhook_url") @Nullable String postWebhookUrl,
        @JsonProperty("method") @Nullable String method,
        @JsonProperty("filters") @Nullable List<String> filters,
        @JsonProperty("target") @Nullable String target) {

    public ConversationsWebhooks {
        filters = filters == null ? null : List.copyOf(filters);
    }

    /// A URL may hold a password.
    @Override
    public String toString() {
        return "ConversationsWebhooks[" + method + " " + target + "]";
    }
}
