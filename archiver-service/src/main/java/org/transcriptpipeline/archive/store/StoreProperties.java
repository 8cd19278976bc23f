package org.transcriptpipeline.archive.store;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param flowAuthors authors that are the flow, beside our own addresses
/// @param announcingAuthors authors of the flow or the system whose messages are made with `X-Twilio-Webhook-Enabled`:
///     where their webhook did not come, the message is repaired, not silent
/// @param missingGrace how long an index may be missing before the verdict is `gap`
/// @param longestRead how long a statement of an analyst may run, and a transaction of one stay idle, whatever its own
///     settings say
@ConfigurationProperties("transcripts.store")
public record StoreProperties(
        @DefaultValue List<String> flowAuthors,
        @DefaultValue List<String> announcingAuthors,
        @DefaultValue("30s") Duration missingGrace,
        @DefaultValue("2m") Duration longestRead) {}
