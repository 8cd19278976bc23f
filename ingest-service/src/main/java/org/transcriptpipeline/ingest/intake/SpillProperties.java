package org.transcriptpipeline.ingest.intake;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Where events wait while Kafka cannot take them. Without a directory they are refused instead.
///
/// @param directory of this process alone; blank: no spill
/// @param maxSize of all records that wait or are set aside there. The disk should have half as much again
/// @param after how long Kafka's acknowledgement is awaited before an event is spilled; the rest of
///     `transcripts.publisher.deadline` is for the disk
/// @param stopPatience how long a planned stop waits for what can still be drained; the rest stays on disk
@ConfigurationProperties("transcripts.spill")
record SpillProperties(
        @DefaultValue("") String directory,
        @DefaultValue("1GB") DataSize maxSize,
        @DefaultValue("1500ms") Duration after,
        @DefaultValue("5s") Duration stopPatience) {

    private static final Duration LONGEST_WAIT = Duration.ofMillis(2500);

    SpillProperties {
        if (maxSize.toBytes() < DataSize.ofMegabytes(8).toBytes()) {
            throw new IllegalArgumentException("SPILL_MAX_SIZE (transcripts.spill.max-size) is " + maxSize
                    + "; below 8MB a few large events fill it");
        }
        if (after.isNegative() || after.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("transcripts.spill.after is " + after.toMillis() + "ms; above "
                    + LONGEST_WAIT.toMillis() + "ms an answer could take more than four seconds");
        }
    }

    /// Where there is one.
    Path path() {
        return Path.of(directory.strip()).toAbsolutePath().normalize();
    }
}
