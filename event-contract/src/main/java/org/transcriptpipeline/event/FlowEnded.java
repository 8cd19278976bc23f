package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Studio flow reached its end and said so itself, by its last widget.
///
/// @param executionSid `FN…` where the flow passed it
/// @param note a line for the operator
/// @param answers every other parameter of the call: what the flow collected. Values are text, or lists of text
///     where a parameter was repeated, or whatever JSON the widget sent
public record FlowEnded(
        String conversationSid,
        @Nullable String flowSid,
        @Nullable String executionSid,
        @Nullable String reason,
        @Nullable String note,
        Map<String, Object> answers,
        Source source)
        implements TranscriptEvent {

    public FlowEnded {
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(source, "source");
        flowSid = blankToNull(flowSid);
        executionSid = blankToNull(executionSid);
        answers = answers == null
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(answers)); // keeps the order of the request
    }

    /// A variable that the flow's author misspelled arrives as an empty parameter.
    private static @Nullable String blankToNull(@Nullable String sid) {
        return sid == null || sid.isBlank() ? null : sid;
    }

    @Override
    public String key() {
        return conversationSid;
    }

    @Override
    public String toString() {
        return "FlowEnded[" + conversationSid + " " + executionSid + "]"; // answers and note are somebody's words
    }
}
