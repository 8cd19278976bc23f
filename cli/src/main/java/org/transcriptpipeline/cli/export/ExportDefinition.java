package org.transcriptpipeline.cli.export;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.export.Selection;

/// What decides the bytes of an export, beside the rows. Two runs with the same definition may share a directory; it is
/// the first line of the journal and the head of the manifest.
///
/// @param formatVersion of files, journal and manifest; higher where a reader has to know of a change
/// @param isRaw whether formulas are left as they are; CSV only
/// @param role who asked: each sees rows of its own
/// @param partRows rows of one view after which a part ends
/// @param schema the columns and their types by view, as they were exported
record ExportDefinition(
        int formatVersion,
        ExportFormat format,
        boolean isRaw,
        String database,
        String role,
        int partRows,
        Filter filter,
        Map<String, Map<String, String>> schema) {

    static final int FORMAT_VERSION = 1;

    /// [Selection] as it is written down.
    record Filter(
            List<String> accounts,
            List<String> conversations,
            List<String> channels,
            List<String> verdicts,
            @Nullable String since,
            @Nullable String until) {

        static Filter of(Selection selection) {
            return new Filter(
                    selection.accounts(),
                    selection.conversations(),
                    selection.channels(),
                    selection.verdicts(),
                    text(selection.since()),
                    text(selection.until()));
        }

        private static @Nullable String text(@Nullable Instant time) {
            return time == null ? null : time.toString();
        }
    }
}
