package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One run of a Studio flow, `FN…`.
///
/// @param contactChannelAddress the customer's address, or the conversation's SID: both have been seen
/// @param status `active`, `ended`, or what Twilio adds to them
/// @param flowVersion the revision of the flow that ran
public record RestExecution(
        @JsonProperty("sid") String sid,
        @JsonProperty("flow_sid") @Nullable String flowSid,
        @JsonProperty("contact_channel_address") @Nullable String contactChannelAddress,
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("flow_version") @Nullable Integer flowVersion,
        @JsonProperty("date_created") @Nullable Instant dateCreated,
        @JsonProperty("date_updated") @Nullable Instant dateUpdated) {

    public RestExecution {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "RestExecution[" + sid + " " + flowSid + " " + status + "]";
    }
}
