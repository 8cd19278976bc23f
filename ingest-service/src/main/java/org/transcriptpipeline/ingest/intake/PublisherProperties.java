package org.transcriptpipeline.ingest.intake;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How long and for how many events at once Kafka's acknowledgement is awaited.
///
/// @param inFlightLimit events on their way to Kafka at once; what exceeds it is answered 503
/// @param deadline after which a waiting request is answered 503, whatever the producer is doing; above
///     `max.block.ms` plus `delivery.timeout.ms` of the producer, below four seconds
/// @param probePause between two looks for a broker that is away
@Validated
@ConfigurationProperties("transcripts.publisher")
record PublisherProperties(
        @DefaultValue("1000") @Positive int inFlightLimit,
        @DefaultValue("3500ms") Duration deadline,
        @DefaultValue("500ms") Duration probePause) {}
