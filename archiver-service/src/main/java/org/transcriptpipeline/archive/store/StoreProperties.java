package org.transcriptpipeline.archive.store;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param flowAuthors authors that are the flow, beside our own addresses
/// @param missingGrace how long an index may be missing before the verdict is `gap`
@ConfigurationProperties("transcripts.store")
public record StoreProperties(
        @DefaultValue List<String> flowAuthors,
        @DefaultValue("30s") Duration missingGrace) {}
