package org.transcriptpipeline.cli;

import java.io.PrintStream;
import java.util.function.Consumer;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a command says at its end: text for a person, or with `--json` one JSON document for a program.
public final class Report {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean isJson;

    /// @param document a record of plain values
    /// @param text prints the same for a person
    public void print(PrintStream out, Object document, Consumer<PrintStream> text) {
        if (isJson) {
            out.println(toJson(document));
        } else {
            text.accept(out);
        }
        out.flush();
    }

    public static String toJson(Object document) {
        return JSON.writeValueAsString(document);
    }
}
