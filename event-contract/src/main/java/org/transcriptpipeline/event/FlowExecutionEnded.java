package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An execution of a Studio flow ended, told by Twilio and not by the flow itself
/// (`com.twilio.studio.flow.execution.ended`, or an ended execution in Twilio's list).
///
/// @param executionSid `FN…`
/// @param conversationSid where the source names it, or where it was found out since
/// @param contactAddress `contact_channel_address` where it is no conversation: the customer's address
/// @param startedBy SID of what started it, a message's (`IM…`) for instance
/// @param endedAt `date_updated` of the ended execution
/// @param reason `ended_reason`, `FLOW_END` for instance
public record FlowExecutionEnded(
        String executionSid,
        @Nullable String flowSid,
        @Nullable String conversationSid,
        @Nullable String contactAddress,
        @Nullable String startedBy,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String reason,
        Source source)
        implements TranscriptEvent {

    public FlowExecutionEnded {
        requireNonNull(executionSid, "executionSid");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid != null ? conversationSid : executionSid;
    }

    @Override
    public String toString() {
        return "FlowExecutionEnded[" + executionSid + "]"; // no address
    }
}
