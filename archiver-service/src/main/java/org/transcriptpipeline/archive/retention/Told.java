package org.transcriptpipeline.archive.retention;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.TranscriptEvent;

/// An event and the record that brought it.
///
/// @param value the bytes of the record
/// @param traceparent of the trace that the record is part of
public record Told(
        TranscriptEvent event, byte[] value, @Nullable String traceparent) {

    @Override
    public String toString() {
        return "Told[" + event.source() + "]"; // the value is somebody's words
    }
}
