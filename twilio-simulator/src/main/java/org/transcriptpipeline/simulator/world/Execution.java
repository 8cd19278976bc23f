package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run of a Studio flow.
///
/// @param sid FN…
/// @param conversationSid null for one that a REST call started
/// @param contactChannelAddress the customer's address, or the conversation's SID where the flow was replayed to
/// @param startedBy SID of what started it, an IM… for a conversation
/// @param endedReason `FLOW_END` is the only one seen
/// @param context what the flow collected; part of its context document
public record Execution(
        String sid,
        String flowSid,
        @Nullable String conversationSid,
        @Nullable String contactChannelAddress,
        boolean isEnded,
        @Nullable String endedReason,
        @Nullable String startedBy,
        int flowRevision,
        Instant dateCreated,
        Instant dateUpdated,
        Map<String, String> context) {

    public Execution {
        context = Map.copyOf(context);
    }

    /// `active` or `ended`.
    public String status() {
        return isEnded ? "ended" : "active";
    }

    Execution ended(String reason, Instant now) {
        return new Execution(
                sid,
                flowSid,
                conversationSid,
                contactChannelAddress,
                true,
                reason,
                startedBy,
                flowRevision,
                dateCreated,
                now,
                context);
    }

    Execution with(Map<String, String> newContext) {
        return new Execution(
                sid,
                flowSid,
                conversationSid,
                contactChannelAddress,
                isEnded,
                endedReason,
                startedBy,
                flowRevision,
                dateCreated,
                dateUpdated,
                newContext);
    }

    /// Neither address nor answers.
    @Override
    public String toString() {
        return "Execution[" + sid + " " + status() + "]";
    }
}
