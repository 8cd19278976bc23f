package org.transcriptpipeline.cli.export;

import java.util.Locale;

/// How rows are written. A name in lower case is what `--format` takes.
enum ExportFormat {
    CSV,
    JSONL,
    PARQUET,
    /// A mail for each conversation, those of a part in one ZIP file: a million files in a directory suit nobody.
    EML;

    String suffix() {
        return this == EML ? "zip" : toString();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
