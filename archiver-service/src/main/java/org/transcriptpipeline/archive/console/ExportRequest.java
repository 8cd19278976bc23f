package org.transcriptpipeline.archive.console;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.transcriptpipeline.export.ExportTable;
import org.transcriptpipeline.export.Selection;

/// One page of an export, as it was asked for.
///
/// @param isRaw CSV whose texts are left as they are
/// @param after the last conversation of the page before; null: the first page
/// @param limit messages that the conversations of a page hold together
/// @param query the parameters, to ask for the next page with
record ExportRequest(
        Format format,
        ExportTable table,
        Selection selection,
        boolean isRaw,
        @Nullable String after,
        int limit,
        QueryParameters query) {

    private static final int DEFAULT_LIMIT = 1_000;
    private static final int HIGHEST_LIMIT = 10_000;
    private static final Set<String> PARAMETERS = Set.of(
            "format",
            "what",
            "account",
            "conversation",
            "channel",
            "verdict",
            "since",
            "until",
            "after",
            "limit",
            "raw");

    enum Format {
        CSV("text/csv; charset=utf-8; header=present", "csv"),
        JSONL("application/jsonl", "jsonl");

        private final String contentType;
        private final String suffix;

        Format(String contentType, String suffix) {
            this.contentType = contentType;
            this.suffix = suffix;
        }

        String contentType() {
            return contentType;
        }

        String suffix() {
            return suffix;
        }
    }

    /// @throws IllegalArgumentException saying what is wrong, without an echo
    static ExportRequest of(MultiValueMap<String, String> values) {
        var query = new QueryParameters(values, PARAMETERS);
        var format = switch (query.one("format", "")) {
            case "csv" -> Format.CSV;
            case "jsonl" -> Format.JSONL;
            default -> throw new IllegalArgumentException("format is csv or jsonl; bin/transcripts export has more.");
        };
        var table = ExportTable.of(query.one("what", "messages"))
                .orElseThrow(() -> new IllegalArgumentException("what is one of "
                        + String.join(
                                ", ",
                                Arrays.stream(ExportTable.values())
                                        .map(ExportTable::viewName)
                                        .toList())
                        + "."));
        var selection = new Selection(
                query.sids("account"),
                query.sids("conversation"),
                query.known("channel", Selection.CHANNELS),
                query.known("verdict", Selection.VERDICTS),
                query.time("since"),
                query.time("until"));
        return new ExportRequest(
                format,
                table,
                selection,
                query.isTrue("raw"),
                query.sid("after"),
                query.limit(DEFAULT_LIMIT, HIGHEST_LIMIT),
                query);
    }

    /// The header `Link` to the page that begins behind a conversation.
    String linkToNext(String last) {
        return query.linkToNext("/api/export", "after", last);
    }
}
