package org.transcriptpipeline.kafka;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How the topics are made where they are missing. A topic that exists is left as it is.
///
/// @param create whether a missing topic is made; off where the service has no right to
/// @param partitions partitions of each topic
/// @param replication copies of each partition; 1 means that one broker's disk is all there is
/// @param minInSyncReplicas copies that must have a record before it is acknowledged
/// @param retention how long records are kept, and so how far back the store can be rebuilt
/// @param compression `producer`, `lz4`, `zstd`, …
@ConfigurationProperties("transcripts.topics")
public record TopicProperties(
        @DefaultValue("true") boolean create,
        @DefaultValue("6") int partitions,
        @DefaultValue("1") short replication,
        @DefaultValue("1") int minInSyncReplicas,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("producer") String compression) {}
