package org.transcriptpipeline.cli.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import org.transcriptpipeline.export.JsonLinesRows;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `manifest.json`: what an export holds. It comes last: a directory without one is not finished. It says nothing of
/// when or where, so that the same rows have the same manifest.
final class Manifest {

    static final String NAME = "manifest.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Manifest() {}

    /// The sums of all files.
    ///
    /// @param tables by view
    record Totals(int parts, long conversations, long files, long bytes, TreeMap<String, Long> tables) {

        static Totals of(Journal journal) throws IOException {
            var sum = new Object() {
                int parts;
                long conversations;
                long files;
                long bytes;
            };
            var tables = new TreeMap<String, Long>();
            journal.forEachPart(part -> {
                sum.parts++;
                sum.conversations += part.conversations();
                for (var file : part.files()) {
                    sum.files++;
                    sum.bytes += file.bytes();
                    tables.merge(file.table(), file.rows(), Long::sum);
                }
            });
            return new Totals(sum.parts, sum.conversations, sum.files, sum.bytes, tables);
        }
    }

    /// Written from the journal line by line: there may be very many files.
    static void write(Path directory, ExportDefinition definition, Journal journal) throws IOException {
        var file = directory.resolve(NAME);
        var partial = PrivateFiles.partial(file);
        try (var out = JSON.createGenerator(new BufferedOutputStream(PrivateFiles.create(partial)))) {
            out.writeStartObject();
            out.writePOJOProperty("definition", definition);
            out.writePOJOProperty("totals", Totals.of(journal));
            out.writeName("files");
            out.writeStartArray();
            journal.forEachPart(part -> {
                boolean isOfConversations = part.phase() == PartEntry.Phase.CONVERSATIONS;
                for (var entry : part.files()) {
                    out.writeStartObject();
                    out.writeStringProperty("name", entry.name());
                    out.writeStringProperty("table", entry.table());
                    out.writeNumberProperty("rows", entry.rows());
                    out.writeNumberProperty("bytes", entry.bytes());
                    out.writeStringProperty("sha256", entry.sha256());
                    out.writeStringProperty("firstConversationSid", isOfConversations ? part.firstKey() : null);
                    out.writeStringProperty("lastConversationSid", isOfConversations ? part.lastKey() : null);
                    out.writeEndObject();
                }
            });
            out.writeEndArray();
            out.writeEndObject();
        } catch (JacksonException e) {
            throw JsonLinesRows.asIo(e);
        }
        PrivateFiles.sync(partial);
        PrivateFiles.publish(file);
        PrivateFiles.sync(directory);
    }
}
