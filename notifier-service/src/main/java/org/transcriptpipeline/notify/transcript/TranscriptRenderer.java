package org.transcriptpipeline.notify.transcript;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// Renders a snapshot, the same words as text and as HTML. Bounded, however long the conversation was. Thread-safe.
public final class TranscriptRenderer {

    private final TextWriter text = new TextWriter();
    private final HtmlWriter html = new HtmlWriter();

    /// A short hash of the templates and words in use.
    public String templateVersion() {
        return "built-in";
    }

    /// @param previous what was sent before, where the snapshot is a follow-up: only what changed is told then
    public RenderedTranscript render(
            TranscriptSnapshot snapshot,
            @Nullable TranscriptSnapshot previous,
            Presentation presentation,
            Links links) {
        var document = new DocumentWriter(presentation.zone()).write(snapshot);
        return new RenderedTranscript(document.subject(), text.write(document), html.write(document), List.of());
    }
}
