package org.transcriptpipeline.archive.media;

import org.jspecify.annotations.Nullable;

/// A medium that this archiver fetches now.
///
/// @param serviceSid of its conversation; null: not told yet
/// @param contentType as its message announced it
/// @param sizeBytes likewise
/// @param isRemoved its message was deleted at Twilio meanwhile
/// @param isLast there is no further attempt after this one
record Claim(
        String mediaSid,
        String accountSid,
        String conversationSid,
        @Nullable String serviceSid,
        @Nullable String contentType,
        @Nullable Long sizeBytes,
        int attempts,
        boolean isRemoved,
        boolean isLast) {}
