package org.transcriptpipeline.archive.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
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
        MultiValueMap<String, String> query) {

    private static final int DEFAULT_LIMIT = 1_000;
    private static final int HIGHEST_LIMIT = 10_000;
    private static final int MOST_VALUES = 100;
    private static final Pattern SID = Pattern.compile("[A-Za-z0-9]{1,64}");
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
    static ExportRequest of(MultiValueMap<String, String> query) {
        if (!PARAMETERS.containsAll(query.keySet())) {
            throw new IllegalArgumentException("Parameters are " + String.join(", ", sorted(PARAMETERS)) + ".");
        }
        var format = switch (one(query, "format", "")) {
            case "csv" -> Format.CSV;
            case "jsonl" -> Format.JSONL;
            default -> throw new IllegalArgumentException("format is csv or jsonl; bin/transcripts export has more.");
        };
        var table = ExportTable.of(one(query, "what", "messages"))
                .orElseThrow(() -> new IllegalArgumentException("what is one of "
                        + String.join(
                                ", ",
                                Arrays.stream(ExportTable.values())
                                        .map(ExportTable::viewName)
                                        .toList())
                        + "."));
        var selection = new Selection(
                sids(query, "account"),
                sids(query, "conversation"),
                known(query, "channel", Selection.CHANNELS),
                known(query, "verdict", Selection.VERDICTS),
                time(query, "since"),
                time(query, "until"));
        var after = sids(query, "after");
        return new ExportRequest(
                format,
                table,
                selection,
                Boolean.parseBoolean(one(query, "raw", "false")),
                after.isEmpty() ? null : after.getFirst(),
                limit(query),
                query);
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private static String one(MultiValueMap<String, String> query, String name, String otherwise) {
        var values = query.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new IllegalArgumentException(name + " is given once.");
        }
        return values.isEmpty() || values.getFirst() == null ? otherwise : values.getFirst();
    }

    private static List<String> sids(MultiValueMap<String, String> query, String name) {
        var sids = query.getOrDefault(name, List.of());
        if (sids.size() > MOST_VALUES) {
            throw new IllegalArgumentException(name + " is given " + MOST_VALUES + " times at most.");
        }
        if (!sids.stream().allMatch(sid -> sid != null && SID.matcher(sid).matches())) {
            throw new IllegalArgumentException(name + " is a SID.");
        }
        return sids;
    }

    private static List<String> known(MultiValueMap<String, String> query, String name, List<String> known) {
        var values = query.getOrDefault(name, List.of());
        if (!known.containsAll(values)) {
            throw new IllegalArgumentException(name + " is one of " + String.join(", ", known) + ".");
        }
        return values;
    }

    private static @Nullable Instant time(MultiValueMap<String, String> query, String name) {
        var text = one(query, name, "");
        try {
            return text.isEmpty()
                    ? null
                    : text.contains("T")
                            ? Instant.parse(text)
                            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(name + " is a day, 2026-11-01, or a time, 2026-11-01T08:00:00Z.");
        }
    }

    private static int limit(MultiValueMap<String, String> query) {
        try {
            int limit = Integer.parseInt(one(query, "limit", String.valueOf(DEFAULT_LIMIT)));
            if (limit >= 1 && limit <= HIGHEST_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException("limit is 1 to " + HIGHEST_LIMIT + ".");
    }

    /// The address of the page that begins behind a conversation.
    String next(String last) {
        var uri =
                UriComponentsBuilder.fromPath("/api/export").queryParams(query).replaceQueryParam("after", "{last}");
        return uri.encode().buildAndExpand(Map.of("last", last)).toUriString();
    }
}
