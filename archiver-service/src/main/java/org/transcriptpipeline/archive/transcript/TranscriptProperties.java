package org.transcriptpipeline.archive.transcript;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param textBudget characters of text that a transcript may hold which somebody asks for; of a longer one the first
///     and the last messages are taken, and it says so
@ConfigurationProperties("transcripts.reading")
record TranscriptProperties(@DefaultValue("8000000") int textBudget) {

    TranscriptProperties {
        if (textBudget < 1) {
            throw new IllegalStateException("transcripts.reading.text-budget must be positive");
        }
    }
}
