package org.transcriptpipeline.archive.search;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param enabled whether texts become searchable here; off, they wait until some archiver has it on
/// @param checkInterval how long a message may wait before it is looked at
@ConfigurationProperties("transcripts.search")
public record SearchProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1s") Duration checkInterval) {}
