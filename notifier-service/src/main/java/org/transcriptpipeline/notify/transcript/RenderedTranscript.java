package org.transcriptpipeline.notify.transcript;

/// A transcript as it goes out.
///
/// @param subject one line
public record RenderedTranscript(String subject, String text, String html) {

    @Override
    public String toString() {
        return "RenderedTranscript[" + text.length() + "]";
    }
}
