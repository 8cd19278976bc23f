package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A webhook of one conversation, `WH…`; a conversation has at most five.
///
/// @param target `webhook`, `trigger`, `studio`, or what Twilio adds to them
public record RestWebhook(
        @JsonProperty("sid") String sid,
        @JsonProperty("conversation_sid") @Nullable String conversationSid,
        @JsonProperty("target") @Nullable String target,
        @JsonProperty("configuration") @Nullable Configuration configuration,
        @JsonProperty("date_created") @Nullable Instant dateCreated,
        @JsonProperty("date_updated") @Nullable Instant dateUpdated) {

    public RestWebhook {
        requireNonNull(sid, "sid");
    }

    /// The flow that the conversation's messages go to; null where the target is not a flow.
    public @Nullable String flowSid() {
        return configuration == null ? null : configuration.flowSid();
    }

    /// What it calls; a URL may hold a password.
    ///
    /// @param filters events, for the target `webhook`; empty where Twilio names none
    /// @param triggers words, for the target `trigger`
    public record Configuration(
            @JsonProperty("url") @Nullable String url,
            @JsonProperty("method") @Nullable String method,
            @JsonProperty("filters") List<String> filters,
            @JsonProperty("triggers") List<String> triggers,
            @JsonProperty("flow_sid") @Nullable String flowSid,
            @JsonProperty("replay_after") @Nullable Long replayAfter) {

        public Configuration {
            filters = filters == null ? List.of() : List.copyOf(filters);
            triggers = triggers == null ? List.of() : List.copyOf(triggers);
        }

        @Override
        public String toString() {
            return "Configuration[flowSid=" + flowSid + "]";
        }
    }
}
