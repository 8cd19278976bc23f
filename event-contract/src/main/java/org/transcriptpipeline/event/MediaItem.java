package org.transcriptpipeline.event;

import org.jspecify.annotations.Nullable;

/// An attachment as its message names it. Key names differ by source (webhook `Sid`, Event Streams `MediaSid`, REST
/// `sid`); here they are one.
///
/// @param sid `ME…`
/// @param sizeBytes size in bytes
public record MediaItem(
        @Nullable String sid,
        @Nullable String contentType,
        @Nullable String filename,
        @Nullable Long sizeBytes) {

    @Override
    public String toString() {
        return "MediaItem[" + sid + "]"; // a file name is somebody's words
    }
}
