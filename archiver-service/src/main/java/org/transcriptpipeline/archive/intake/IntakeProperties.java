package org.transcriptpipeline.archive.intake;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param consumerGroup also the name under which the position is stored
/// @param maxPollRecords the largest batch
/// @param concurrency threads that consume, each with its share of the partitions
/// @param quarantineAllowance records that one reason may take in a window however few arrive
/// @param quarantineWindow how long such a pause lasts at most
@ConfigurationProperties("transcripts.intake")
record IntakeProperties(
        @DefaultValue("transcripts-archiver") String consumerGroup,
        @DefaultValue("2000") int maxPollRecords,
        @DefaultValue("2") int concurrency,
        @DefaultValue("100") int quarantineAllowance,
        @DefaultValue("1m") Duration quarantineWindow) {}
