package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.StoredForm.name;
import static org.transcriptpipeline.archive.merge.StoredForm.orReceived;
import static org.transcriptpipeline.archive.merge.StoredForm.received;
import static org.transcriptpipeline.archive.merge.StoredForm.sources;
import static org.transcriptpipeline.archive.merge.StoredForm.text;
import static org.transcriptpipeline.archive.merge.StoredForm.time;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.FlowExecutionStarted;
import org.transcriptpipeline.event.Source;

/// What one event says of an execution of a flow. The flow's own word, which comes last and knows the answers, outranks
/// what Twilio tells of it.
public final class ExecutionObservation {

    private ExecutionObservation() {}

    /// What the flow collected, as JSON that can be stored; null where there is nothing or it cannot.
    public static @Nullable String answers(FlowEnded ended) {
        return ended.answers().isEmpty() ? null : StorableJson.of(ended.answers());
    }

    /// Null: it does not say which execution.
    static @Nullable FlowExecutionState of(FlowEnded ended) {
        if (ended.executionSid() == null || ended.executionSid().isBlank()) {
            return null;
        }
        var source = ended.source();
        var version = Version.updated(null, source);
        var registers = Registers.of(FlowExecutionState.Field.class)
                .with(FlowExecutionState.Field.FLOW_SID, name(ended.flowSid()), version)
                .with(FlowExecutionState.Field.CONVERSATION_SID, ended.conversationSid(), version)
                .with(FlowExecutionState.Field.ENDED_REASON, text(ended.reason()), version)
                .with(FlowExecutionState.Field.ANSWERS, answers(ended), version)
                .build();
        return new FlowExecutionState(
                ended.executionSid(),
                source.accountSid(),
                registers,
                received(source),
                received(source),
                sources(source));
    }

    static FlowExecutionState of(FlowExecutionStarted started) {
        return told(
                started.executionSid(),
                started.flowSid(),
                started.conversationSid(),
                started.contactAddress(),
                started.startedAt(),
                null,
                null,
                started.source());
    }

    static FlowExecutionState of(FlowExecutionEnded ended) {
        return told(
                ended.executionSid(),
                ended.flowSid(),
                ended.conversationSid(),
                ended.contactAddress(),
                ended.startedAt(),
                orReceived(ended.endedAt(), ended.source()),
                ended.reason(),
                ended.source());
    }

    private static FlowExecutionState told(
            String executionSid,
            @Nullable String flowSid,
            @Nullable String conversationSid,
            @Nullable String contactAddress,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String reason,
            Source source) {
        var version = Version.added(source);
        var registers = Registers.of(FlowExecutionState.Field.class)
                .with(FlowExecutionState.Field.FLOW_SID, name(flowSid), version)
                .with(FlowExecutionState.Field.CONVERSATION_SID, name(conversationSid), version)
                .with(FlowExecutionState.Field.STARTED_AT, time(startedAt), version)
                .with(FlowExecutionState.Field.ENDED_REASON, text(reason), version)
                .with(FlowExecutionState.Field.CONTACT_ADDRESS, name(contactAddress), version)
                .build();
        return new FlowExecutionState(
                executionSid, source.accountSid(), registers, endedAt, received(source), sources(source));
    }
}
