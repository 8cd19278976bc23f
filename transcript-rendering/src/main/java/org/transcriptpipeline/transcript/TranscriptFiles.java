package org.transcriptpipeline.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.openpdf.text.DocumentException;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes a whole transcript into a file, message by message.
final class TranscriptFiles {

    private final Templates templates;
    private final Fonts fonts;
    private final JsonMapper json =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    TranscriptFiles(Templates templates, Fonts fonts) {
        this.templates = templates;
        this.fonts = fonts;
    }

    /// @param document the same without any limit
    /// @throws IOException when there is no room for it
    Attachment write(Form form, TranscriptSnapshot snapshot, HandoffDocument document, Wording wording)
            throws IOException {
        var suffix = suffix(form);
        var file = WorkFiles.create(suffix);
        try {
            write(form, snapshot, document, wording, file);
        } catch (IOException | RuntimeException e) {
            WorkFiles.delete(file);
            throw e;
        }
        return new Attachment(
                "transcript-" + DocumentWriter.reference(snapshot) + suffix, contentType(form), file, true);
    }

    private void write(Form form, TranscriptSnapshot snapshot, HandoffDocument document, Wording wording, Path file)
            throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            switch (form) {
                case TEXT, HTML, CSV -> {
                    Writer text = new OutputStreamWriter(out, UTF_8);
                    switch (form) {
                        case TEXT -> templates.write(TemplateFiles.TEXT, document, wording, text);
                        case HTML -> templates.write(TemplateFiles.HTML, document, wording, text);
                        default -> CsvFile.write(snapshot, wording, text);
                    }
                    text.flush();
                }
                case JSON -> json.writeValue(out, snapshot);
                case PDF -> PdfFile.write(document, wording, fonts, out);
            }
        } catch (JacksonException | DocumentException e) {
            throw new IOException("the transcript cannot be written as " + form, e);
        }
    }

    /// All of them in one.
    static Attachment pack(List<Attachment> attachments, TranscriptSnapshot snapshot) throws IOException {
        var file = WorkFiles.create(".zip");
        try (var out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (var attachment : attachments) {
                out.putNextEntry(new ZipEntry(attachment.filename()));
                Files.copy(attachment.file(), out);
                out.closeEntry();
            }
        } catch (IOException e) {
            WorkFiles.delete(file);
            throw e;
        }
        return new Attachment(
                "transcript-" + DocumentWriter.reference(snapshot) + ".zip", "application/zip", file, true);
    }

    private static String suffix(Form form) {
        return switch (form) {
            case TEXT -> ".txt";
            case JSON, CSV, HTML, PDF -> "." + form.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String contentType(Form form) {
        return switch (form) {
            case TEXT -> "text/plain; charset=UTF-8";
            case JSON -> "application/json";
            case CSV -> "text/csv; charset=UTF-8";
            case HTML -> "text/html; charset=UTF-8";
            case PDF -> "application/pdf";
        };
    }
}
