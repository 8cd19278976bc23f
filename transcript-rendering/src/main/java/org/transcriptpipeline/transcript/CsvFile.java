package org.transcriptpipeline.transcript;

import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.export.FormulaGuard;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;
import org.transcriptpipeline.transcript.Excerpt.LeftOut;
import org.transcriptpipeline.transcript.Excerpt.Shown;

/// The messages as CSV by RFC 4180, one row each, for programs as for Excel: column names that no language changes,
/// times in UTC, a byte order mark in front (without one Excel takes UTF-8 for something older).
///
/// Every field is quoted, and what a spreadsheet could take for a formula is disarmed.
final class CsvFile {

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final List<String> COLUMNS = List.of(
            "position",
            "sent_at",
            "author_kind",
            "author",
            "name",
            "direction",
            "body",
            "delivery_status",
            "delivery_error_code",
            "delivery_error",
            "media",
            "edited_at",
            "removed_at",
            "note");

    private CsvFile() {}

    static void write(TranscriptSnapshot snapshot, Wording wording, Writer out) throws IOException {
        var people = new People(snapshot, wording);
        out.write(BYTE_ORDER_MARK);
        row(out, COLUMNS);
        for (var item : Excerpt.of(snapshot, Limits.NONE).items()) {
            switch (item) {
                case Shown(var message) -> row(out, fields(message, people));
                case LeftOut(var messages, var _) -> {
                    var fields = new String[COLUMNS.size()];
                    Arrays.fill(fields, "");
                    fields[fields.length - 1] = wording.count("gap.unknown", messages);
                    row(out, List.of(fields));
                }
            }
        }
    }

    private static List<String> fields(Message message, People people) {
        var author = orEmpty(message.author());
        return List.of(
                Long.toString(message.position()),
                time(message.sentAt()),
                message.authorKind(),
                author,
                orEmpty(people.name(author)),
                message.direction(),
                message.removedAt() == null ? orEmpty(message.body()) : "",
                orEmpty(message.deliveryStatus()),
                message.deliveryErrorCode() == null
                        ? ""
                        : message.deliveryErrorCode().toString(),
                orEmpty(message.deliveryError()),
                message.media().stream().map(CsvFile::media).collect(Collectors.joining("; ")),
                time(message.editedAt()),
                time(message.removedAt()),
                note(message));
    }

    /// What an empty body means.
    private static String note(Message message) {
        if (message.removedAt() != null) {
            return "removed";
        }
        if (message.stub()) {
            return "known only from a delivery receipt";
        }
        return message.body() == null && message.media().isEmpty() ? "text not known" : "";
    }

    private static String media(Media media) {
        var type = media.contentType() == null ? "unknown type" : media.contentType();
        return media.filename() == null || media.filename().isBlank() ? type : media.filename() + " (" + type + ")";
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "" : time.toString();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void row(Writer out, List<String> fields) throws IOException {
        for (int i = 0; i < fields.size(); i++) {
            out.write(i == 0 ? "\"" : ",\"");
            out.write(disarmed(fields.get(i)).replace("\"", "\"\""));
            out.write('"');
        }
        out.write("\r\n");
    }

    private static String disarmed(String text) {
        return FormulaGuard.disarmed(text.lines().map(HarmlessText::visible).collect(Collectors.joining("\n")));
    }
}
