package org.transcriptpipeline.notify.delivery;

import java.nio.file.Path;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param timeZone in which transcripts tell times, `Europe/Berlin` for instance; it is named beside every time
/// @param templates a directory of a team's own templates, words and fonts; null: ours
@ConfigurationProperties("transcripts.handoff")
record RenderingProperties(
        @DefaultValue("UTC") ZoneId timeZone, @Nullable Path templates) {}
