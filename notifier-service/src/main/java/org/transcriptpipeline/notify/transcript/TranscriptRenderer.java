package org.transcriptpipeline.notify.transcript;

import java.time.ZoneId;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// Renders a snapshot, the same words as text and as HTML. Bounded, however long the conversation was. Thread-safe.
public final class TranscriptRenderer {

    private final DocumentWriter words;
    private final TextWriter text = new TextWriter();
    private final HtmlWriter html = new HtmlWriter();

    /// @param zone in which times are told
    public TranscriptRenderer(ZoneId zone) {
        this.words = new DocumentWriter(zone);
    }

    public RenderedTranscript render(TranscriptSnapshot snapshot) {
        var document = words.write(snapshot);
        return new RenderedTranscript(document.subject(), text.write(document), html.write(document));
    }
}
