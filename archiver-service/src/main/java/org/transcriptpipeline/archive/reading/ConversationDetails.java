package org.transcriptpipeline.archive.reading;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One conversation and what belongs to it, in the words of the views `participants`, `flow_executions`, `handoffs` and
/// `handoff_deliveries`, whose comments say what each of these is.
///
/// @param participants in the order of their joining, the first [Conversations#MOST_OF_EACH]
/// @param flowExecutions the newest first, as many
/// @param handoffs the newest first, a handoff's versions one after another, as many
public record ConversationDetails(
        ConversationRow conversation,
        List<Participant> participants,
        List<FlowExecution> flowExecutions,
        List<Handoff> handoffs) {

    public ConversationDetails {
        participants = List.copyOf(participants);
        flowExecutions = List.copyOf(flowExecutions);
        handoffs = List.copyOf(handoffs);
    }

    @Override
    public String toString() {
        return "ConversationDetails[" + conversation.conversationSid() + "]"; // the rest is somebody's
    }

    public record Participant(
            String participantSid,
            @Nullable String identity,
            @Nullable String address,
            @Nullable String proxyAddress,
            String channel,
            @Nullable Long lastReadMessageIndex,
            @Nullable Instant joinedAt,
            @Nullable Instant leftAt) {
        @Override
        public String toString() {
            return "Participant[" + participantSid + "]"; // somebody's number
        }
    }

    /// @param answers what the flow collected
    public record FlowExecution(
            String executionSid,
            @Nullable String flowSid,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String endedReason,
            Map<String, Object> answers) {

        public FlowExecution {
            answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers)); // null is an answer too
        }

        @Override
        public String toString() {
            return "FlowExecution[" + executionSid + "]"; // somebody's words
        }
    }

    /// One version of a handoff.
    ///
    /// @param deliveries of this version
    public record Handoff(
            String handoffId,
            int version,
            @Nullable String kind,
            @Nullable Integer followsVersion,
            String trigger,
            @Nullable String reason,
            String status,
            @Nullable String rule,
            @Nullable String executionSid,
            @Nullable String flowSid,
            Instant requestedAt,
            @Nullable Instant readyAt,
            @Nullable Instant publishedAt,
            @Nullable Instant takenAt,
            @Nullable String verdict,
            @Nullable Integer messageCount,
            @Nullable String contentSha256,
            List<Delivery> deliveries) {

        public Handoff {
            deliveries = List.copyOf(deliveries);
        }

        @Override
        public String toString() {
            return "Handoff[" + handoffId + ":" + version + "]"; // a flow author's words
        }
    }

    /// One destination of a version.
    public record Delivery(
            String destinationKind,
            String destination,
            @Nullable String destinationName,
            @Nullable String rule,
            String status,
            int attempts,
            @Nullable Instant plannedAt,
            @Nullable Instant notBefore,
            @Nullable Instant firstAttemptAt,
            @Nullable Instant sentAt,
            @Nullable String messageId,
            @Nullable String response,
            @Nullable String contentSha256) {
        @Override
        public String toString() {
            return "Delivery[" + destinationKind + " " + status + "]"; // somebody's address
        }
    }
}
