package org.transcriptpipeline.notify.transcript;

import java.util.List;

/// The plain text. What somebody wrote is always indented, so that no message can pass for a heading of ours.
final class TextWriter {

    private static final String INDENT = "    ";

    String write(HandoffDocument document) {
        var out = new StringBuilder();
        out.append(document.title()).append('\n');
        out.append("=".repeat(Math.min(document.title().length(), 72))).append("\n\n");
        fields(out, document.facts());

        heading(out, "What failed");
        for (var failure : document.failures()) {
            out.append(failure.message()).append('\n');
            out.append(INDENT).append(failure.excerpt()).append('\n');
            out.append(INDENT).append("!! ").append(failure.what()).append('\n');
            out.append(INDENT).append("-> ").append(failure.advice()).append('\n');
        }
        document.deliveryNotes().forEach(note -> out.append(note).append('\n'));

        heading(out, "How complete this is");
        document.completeness().forEach(line -> out.append(line).append('\n'));

        if (document.hasAnswers()) {
            heading(out, "What the flow collected");
            fields(out, document.answers());
        }

        heading(out, "The conversation");
        out.append(document.timesNote()).append('\n');
        for (var entry : document.entries()) {
            out.append('\n').append(entry.heading()).append('\n');
            entry.lines().forEach(line -> out.append(INDENT).append(line).append('\n'));
            entry.notes().forEach(note -> out.append(INDENT).append(note).append('\n'));
            if (entry.hasFailed()) {
                out.append(INDENT).append("!! ").append(entry.failure()).append('\n');
            }
        }
        if (document.entries().isEmpty()) {
            out.append("\nThere are no messages.\n");
        }
        return out.toString();
    }

    private static void heading(StringBuilder out, String heading) {
        out.append('\n').append(heading).append('\n');
        out.append("-".repeat(heading.length())).append('\n');
    }

    private static void fields(StringBuilder out, List<HandoffDocument.Field> fields) {
        for (var field : fields) {
            out.append(field.label())
                    .append(": ")
                    .append(field.lines().getFirst())
                    .append('\n');
            field.lines().stream()
                    .skip(1)
                    .forEach(line -> out.append(INDENT).append(line).append('\n'));
        }
    }
}
