package org.transcriptpipeline.ingest.webhook;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What a request of Event Streams may cost.
///
/// @param bodyLimit of one body, which may hold many events; a body is kept whole where it cannot be taken apart, so it
///     has to fit into a record as Base64
/// @param eventLimit events of one request that are read; a request with more is kept whole, unread
/// @param inFlight events of one request on their way to Kafka at once
/// @param deadline for all events of one request; below four seconds, since Twilio waits for five
@Validated
@ConfigurationProperties("transcripts.event-streams")
record EventStreamProperties(
        @DefaultValue("1MB") DataSize bodyLimit,
        @DefaultValue("2000") @Positive int eventLimit,
        @DefaultValue("100") @Positive int inFlight,
        @DefaultValue("3500ms") Duration deadline) {}
