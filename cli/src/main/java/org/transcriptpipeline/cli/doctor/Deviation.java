package org.transcriptpipeline.cli.doctor;

import org.jspecify.annotations.Nullable;

/// One thing that differs between what was signed and what arrived.
///
/// @param detail a name or a place, never a value that a person wrote; null where the cause says all
record Deviation(Cause cause, @Nullable String detail) {

    static Deviation of(Cause cause) {
        return new Deviation(cause, null);
    }
}
