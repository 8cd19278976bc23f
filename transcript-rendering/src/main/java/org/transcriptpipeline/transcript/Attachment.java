package org.transcriptpipeline.transcript;

import java.nio.file.Path;

/// A file that goes with a mail: the whole transcript in one form, or a medium of the conversation.
///
/// @param filename as the recipient sees it
/// @param contentType with its charset where it has one
/// @param isTemporary whether the file is deleted when the rendered transcript is closed
public record Attachment(String filename, String contentType, Path file, boolean isTemporary) {

    /// Shows no name: it may be somebody's words.
    @Override
    public String toString() {
        return "Attachment[" + contentType + "]";
    }
}
