package org.transcriptpipeline.archive.console;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param transcriptsAtOnce transcripts that are made and sent at once; each is in memory while it is written, and in a
///     file while it is sent
@ConfigurationProperties("transcripts.api")
record ApiProperties(@DefaultValue("4") int transcriptsAtOnce) {

    ApiProperties {
        if (transcriptsAtOnce < 1) {
            throw new IllegalStateException("transcripts.api.transcripts-at-once must be positive");
        }
    }
}
