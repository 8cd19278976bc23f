package org.transcriptpipeline.transcript;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// What it costs to render a transcript: the mail (text and HTML), and one of the files beside it.
@State(Scope.Thread)
public class Rendering {

    @Param({"10", "500"})
    public int messages;

    private final TranscriptRenderer renderer = TranscriptRenderer.usual();
    private TranscriptSnapshot snapshot;

    @Setup
    public void prepare() {
        snapshot = Example.snapshot(
                Map.of(),
                IntStream.rangeClosed(1, messages)
                        .mapToObj(position -> position % 2 == 1
                                ? Example.message(position, "customer", "inbound", null)
                                : Example.message(position, "flow", "outbound", "delivered"))
                        .toList());
    }

    @Benchmark
    public RenderedTranscript mail() {
        return renderer.render(snapshot, null, Presentation.USUAL, Example.LINKS);
    }

    @Benchmark
    public long pdf() {
        var file = renderer.file(
                snapshot,
                new Presentation(Locale.ENGLISH, Presentation.USUAL.zone(), Set.of(Form.PDF), Map.of()),
                Form.PDF);
        try {
            return file.file().toFile().length();
        } finally {
            WorkFiles.delete(file.file());
        }
    }
}
