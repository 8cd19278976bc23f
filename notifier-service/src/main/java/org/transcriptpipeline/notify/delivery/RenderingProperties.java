package org.transcriptpipeline.notify.delivery;

import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param timeZone in which transcripts tell times, `Europe/Berlin` for instance; it is named beside every time
@ConfigurationProperties("transcripts.handoff")
record RenderingProperties(@DefaultValue("UTC") ZoneId timeZone) {}
