package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.json.RawJson;
import tools.jackson.databind.annotation.JsonDeserialize;

/// A Studio flow, `FW…`. A list shows it without its definition.
///
/// @param status `draft` or `published`; only a published revision gets messages
/// @param definition JSON text
/// @param errors JSON text: what is wrong with the definition
/// @param webhookUrl where messages reach the flow outside of any conversation
public record Flow(
        @JsonProperty("sid") String sid,
        @JsonProperty("friendly_name") @Nullable String friendlyName,
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("revision") @Nullable Integer revision,

        @JsonProperty("definition") @JsonDeserialize(using = RawJson.class) @Nullable
        String definition,

        @JsonProperty("commit_message") @Nullable String commitMessage,
        @JsonProperty("valid") @Nullable Boolean valid,

        @JsonProperty("errors") @JsonDeserialize(using = RawJson.class) @Nullable
        String errors,

        @JsonProperty("warnings") @JsonDeserialize(using = RawJson.class) @Nullable
        String warnings,

        @JsonProperty("webhook_url") @Nullable String webhookUrl) {

    public Flow {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "Flow[" + sid + " " + status + " revision=" + revision + "]";
    }

    /// A flow as it should be.
    ///
    /// @param status `draft` or `published`
    /// @param definition JSON text
    public record Draft(
            String friendlyName,
            String status,
            String definition,
            @Nullable String commitMessage) {

        @Override
        public String toString() {
            return "Draft[" + status + "]";
        }
    }
}
