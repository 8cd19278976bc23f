package org.transcriptpipeline.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import org.transcriptpipeline.fuzzing.Finding;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.transcript.Links;
import org.transcriptpipeline.transcript.TranscriptRenderer;
import tools.jackson.core.JacksonException;

/// A snapshot that can be read can be rendered and comes back as it was written; another one is refused by the one
/// exception that says so.
public final class SnapshotFuzzer {

    private static final SnapshotCodec CODEC = new SnapshotCodec();
    private static final TranscriptRenderer RENDERER = TranscriptRenderer.usual();
    private static final Presentation PRESENTATION = new Presentation(
            Presentation.USUAL.language(), Presentation.USUAL.zone(), Set.of(), Presentation.USUAL.flowNames());

    private SnapshotFuzzer() {}

    public static void fuzzerTestOneInput(byte[] input) {
        TranscriptSnapshot snapshot;
        try {
            snapshot = CODEC.decode(new String(input, UTF_8));
        } catch (JacksonException e) {
            return;
        }
        if (snapshot == null) {
            return;
        }
        var written = CODEC.encode(snapshot);
        Finding.unless(CODEC.encode(CODEC.decode(written)).equals(written), "a snapshot comes back as it was written");
        try (var rendered = RENDERER.render(snapshot, null, PRESENTATION, Links.NONE)) {
            Finding.unless(rendered.subject().lines().count() <= 1, "a subject is one line");
        }
    }
}
