package org.transcriptpipeline.notify.plan;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param expiresAfter a transcript that was ready longer ago is kept for a person to release: it comes from a
///     replay into an empty store, or the notifier was away for so long that a mail would surprise
@ConfigurationProperties("transcripts.handoff")
record PlanProperties(@DefaultValue("24h") Duration expiresAfter) {}
