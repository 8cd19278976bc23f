package org.transcriptpipeline.archive.reconcile;

import java.util.Locale;

/// Why Twilio's list of a conversation has to be read. The most urgent comes first, whatever waits behind it.
public enum ReconcileReason {
    /// A transcript is about to be handed over: newest messages first, down to what is verified already.
    HANDOFF(0, false),
    /// The conversation was closed, so its transcript can be final.
    CLOSED(1, true),
    /// An index is missing after its grace time, or a message is known only from its receipt.
    MISSING(1, true),
    /// Webhooks could not be taken or delivered for a time.
    OUTAGE(2, true),
    /// Somebody asked for it.
    COMMAND(2, true),
    /// The daily look at recent conversations.
    SWEEP(3, true);

    private final int priority;
    private final boolean whole;

    ReconcileReason(int priority, boolean whole) {
        this.priority = priority;
        this.whole = whole;
    }

    int priority() {
        return priority;
    }

    /// Whether every message is compared, or only those that came since the last finding.
    boolean isWhole() {
        return whole;
    }

    /// As the column `reason` has it.
    String columnValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
