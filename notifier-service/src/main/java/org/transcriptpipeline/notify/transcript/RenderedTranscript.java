package org.transcriptpipeline.notify.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/// A transcript as it goes out. Whoever gets one closes it.
///
/// @param subject one line
public record RenderedTranscript(String subject, String text, String html, List<Attachment> attachments)
        implements AutoCloseable {

    public RenderedTranscript {
        attachments = List.copyOf(attachments);
    }

    /// Deletes the temporary files of the attachments.
    @Override
    public void close() {
        for (var attachment : attachments) {
            if (!attachment.isTemporary()) {
                continue;
            }
            try {
                Files.deleteIfExists(attachment.file());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        return "RenderedTranscript[" + text.length() + "]";
    }
}
