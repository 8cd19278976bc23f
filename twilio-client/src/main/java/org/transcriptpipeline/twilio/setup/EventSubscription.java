package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// Which events go to a sink, `DF…`.
public record EventSubscription(
        @JsonProperty("sid") String sid,
        @JsonProperty("sink_sid") @Nullable String sinkSid,
        @JsonProperty("description") @Nullable String description) {

    public EventSubscription {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "EventSubscription[" + sid + " " + sinkSid + "]";
    }
}
