package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.Least.earlier;
import static org.transcriptpipeline.archive.merge.Least.least;
import static org.transcriptpipeline.archive.merge.Least.union;

import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What is known of an execution of a Studio flow.
///
/// @param endedAt the first time that it was seen as ended
public record FlowExecutionState(
        String executionSid,
        String accountSid,
        Registers<Field> registers,
        @Nullable Instant endedAt,
        Instant firstReceivedAt,
        SortedSet<String> sources)
        implements Mergeable<FlowExecutionState> {

    /// The registers. The order is part of what is stored: add at the end.
    public enum Field {
        FLOW_SID,
        CONVERSATION_SID,
        STARTED_AT,
        ENDED_REASON,
        /// A JSON object as text.
        ANSWERS,
        /// Of the customer, where the execution does not name its conversation.
        CONTACT_ADDRESS
    }

    @Override
    public String key() {
        return executionSid;
    }

    @Override
    public FlowExecutionState merge(FlowExecutionState other) {
        return new FlowExecutionState(
                executionSid,
                earlier(accountSid, other.accountSid),
                registers.merge(other.registers),
                least(endedAt, other.endedAt),
                earlier(firstReceivedAt, other.firstReceivedAt),
                union(sources, other.sources));
    }
}
