package org.transcriptpipeline.transcript;

import java.util.List;

/// A transcript as it goes out. Whoever gets one closes it, after it was handed over.
///
/// @param subject one line
/// @param attachments the whole transcript in the forms that were asked for, then media of the conversation
public record RenderedTranscript(String subject, String text, String html, List<Attachment> attachments)
        implements AutoCloseable {

    public RenderedTranscript {
        attachments = List.copyOf(attachments);
    }

    /// Deletes the temporary files of the attachments. Never throws: what came of the handover is known by then.
    @Override
    public void close() {
        attachments.stream()
                .filter(Attachment::isTemporary)
                .map(Attachment::file)
                .forEach(WorkFiles::delete);
    }

    @Override
    public String toString() {
        return "RenderedTranscript[" + text.length() + "]";
    }
}
