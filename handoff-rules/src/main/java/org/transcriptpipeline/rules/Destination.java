package org.transcriptpipeline.rules;

import org.jspecify.annotations.Nullable;

/// Where a rule sends.
///
/// @param name unique in its file
/// @param quietHours when nothing is sent there; null: at any hour
/// @param hearsOfFailures whether a follow-up that tells of nothing but failed deliveries goes there too
public record Destination(
        String name,
        Target target,
        Presentation presentation,
        @Nullable QuietHours quietHours,
        boolean hearsOfFailures) {

    /// Shows no address.
    @Override
    public String toString() {
        return "Destination[" + name + "]";
    }
}
