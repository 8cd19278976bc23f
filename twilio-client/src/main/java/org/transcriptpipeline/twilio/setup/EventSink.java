package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// Where Event Streams sends events, `DG…`. Only its description can be changed.
///
/// @param sinkType `webhook`, `kinesis`, …
/// @param status `initialized`, `validating`, `active`, `failed`; only an active sink can be subscribed
/// @param sinkConfiguration of a webhook; of other types its fields are null
public record EventSink(
        @JsonProperty("sid") String sid,
        @JsonProperty("description") @Nullable String description,
        @JsonProperty("sink_type") @Nullable String sinkType,
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("sink_configuration") @Nullable Webhook sinkConfiguration) {

    public EventSink {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "EventSink[" + sid + " " + sinkType + " " + status + "]";
    }

    /// @param batchEvents several events in one request
    public record Webhook(
            @JsonProperty("destination") @Nullable String destination,
            @JsonProperty("method") @Nullable String method,
            @JsonProperty("batch_events") @Nullable Boolean batchEvents) {

        /// A URL may hold a password.
        @Override
        public String toString() {
            return "Webhook[" + method + "]";
        }
    }
}
