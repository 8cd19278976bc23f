package org.transcriptpipeline.archive.console;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param atOnce pages of an export that are made and sent at once; each may need a connection and a file
@ConfigurationProperties("transcripts.export")
record ExportProperties(@DefaultValue("4") int atOnce) {

    ExportProperties {
        if (atOnce < 1) {
            throw new IllegalStateException("transcripts.export.at-once must be positive");
        }
    }
}
