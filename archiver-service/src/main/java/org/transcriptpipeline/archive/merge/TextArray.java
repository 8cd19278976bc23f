package org.transcriptpipeline.archive.merge;

import java.util.Collection;
import java.util.stream.Collectors;

/// A `text[]` as the literal that Postgres reads. An array of arrays cannot be passed to `unnest`, a text can.
public final class TextArray {

    private TextArray() {}

    public static String literal(Collection<String> elements) {
        return elements.stream().map(TextArray::quoted).collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String element) {
        return '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
