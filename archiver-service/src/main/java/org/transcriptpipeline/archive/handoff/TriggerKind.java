package org.transcriptpipeline.archive.handoff;

import java.util.Arrays;
import java.util.Locale;

/// Who says that a transcript is wanted; the names in settings and in the `trigger` column.
public enum TriggerKind {
    /// The flow itself, by its last widget.
    FLOW_ENDED,
    /// Twilio: the execution of a flow has ended.
    EXECUTION_ENDED,
    /// The conversation was closed, for good.
    CLOSED,
    /// Nothing happened in the conversation for as long as its timer says.
    INACTIVE,
    /// A person, by console, API or command. Always listened to.
    ON_DEMAND;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Which of two that were received at the same time counts as the first: the flow's own word, then the others.
    boolean comesBefore(String wireName) {
        return Arrays.stream(values())
                .takeWhile(kind -> !kind.wireName().equals(wireName))
                .anyMatch(kind -> kind == this);
    }
}
