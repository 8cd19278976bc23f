package org.transcriptpipeline.ingest.webhook;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What a request may cost.
///
/// @param bodyLimit of one body; a message of 32 KB of emoji is about 300 KB in a form
/// @param parameterLimit pairs of one form; nothing that Twilio sends comes near
/// @param bodyDeadline for a body to be complete, from its headers on; below the container's `connection-timeout`,
/// which
///     would end the connection without an answer
/// @param overlongPatience how long a body beyond the limit is read on and thrown away, so that its sender hears the
///     answer, and so that a pre-action event in it is found
/// @param bodyMemory of all bodies held at once; what exceeds it is answered 503
/// @param preActionsAside pre-action events being verified and stored at once, after their answer; what exceeds it
///     is not stored, and counted
@Validated
@ConfigurationProperties("transcripts.webhooks")
record WebhookProperties(
        @DefaultValue("512KB") DataSize bodyLimit,
        @DefaultValue("500") @Positive int parameterLimit,
        @DefaultValue("4500ms") Duration bodyDeadline,
        @DefaultValue("500ms") Duration overlongPatience,
        @DefaultValue("32MB") DataSize bodyMemory,
        @DefaultValue("200") @Positive int preActionsAside) {}
