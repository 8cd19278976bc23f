package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An execution of a Studio flow began (`com.twilio.studio.flow.execution.started`).
///
/// @param executionSid `FN…`
/// @param conversationSid where the source names it; an execution may also name the customer's address alone
/// @param contactAddress `contact_channel_address` where it is no conversation: the customer's address
/// @param startedBy SID of what started it, a message's (`IM…`) for instance
public record FlowExecutionStarted(
        String executionSid,
        @Nullable String flowSid,
        @Nullable String conversationSid,
        @Nullable String contactAddress,
        @Nullable String startedBy,
        @Nullable Instant startedAt,
        Source source)
        implements TranscriptEvent {

    public FlowExecutionStarted {
        requireNonNull(executionSid, "executionSid");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return conversationSid != null ? conversationSid : executionSid;
    }

    @Override
    public String toString() {
        return "FlowExecutionStarted[" + executionSid + "]"; // no address
    }
}
