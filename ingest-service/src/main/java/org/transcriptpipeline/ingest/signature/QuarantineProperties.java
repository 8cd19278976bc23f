package org.transcriptpipeline.ingest.signature;

import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much of what could not be verified is kept. A wrong proxy or token setting must not cost messages, and a
/// stranger must not fill the topic.
///
/// @param perReason requests per second for each reason of refusal; ten times as many at once
/// @param perPeer requests per second from one peer address; ten times as many at once
/// @param bytes bytes per second in all, a quarter of them for one peer at the most; ten times as many at once
@Validated
@ConfigurationProperties("transcripts.quarantine")
record QuarantineProperties(
        @DefaultValue("50") @Positive int perReason,
        @DefaultValue("20") @Positive int perPeer,
        @DefaultValue("1MB") DataSize bytes) {}
