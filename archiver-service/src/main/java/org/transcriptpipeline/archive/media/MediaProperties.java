package org.transcriptpipeline.archive.media;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param directory where the files are kept; the notifier reads it. Blank: nothing is fetched
/// @param largest size of one file; what is larger is not kept
/// @param maxAge media of messages that were older than this when they came are not fetched by themselves: they are
///     from a replay or an import
/// @param concurrency files that are fetched at the same time
/// @param checkInterval how often it is looked whether something is due
/// @param countInterval how often what waits is counted, for the gauge
/// @param lease how long a file that is being fetched is left alone by other archivers. Longer than the time limit
/// @param timeLimit for the bytes of one file, from the connection to the last byte
/// @param firstPause wait after the first failure of a file; doubles with each further one
/// @param longestPause of that
/// @param longestAccountPause how long at most an account is left alone whose media Twilio does not answer for,
///     unless Twilio itself asks for longer
/// @param giveUpAfter from when a message came; what could not be fetched by then is refused
@Validated
@ConfigurationProperties("transcripts.media")
record MediaProperties(
        @Nullable String directory,
        @DefaultValue("10MB") DataSize largest,
        @DefaultValue("1d") Duration maxAge,
        @DefaultValue("4") @Positive int concurrency,
        @DefaultValue("500ms") Duration checkInterval,
        @DefaultValue("15s") Duration countInterval,
        @DefaultValue("3m") Duration lease,
        @DefaultValue("60s") Duration timeLimit,
        @DefaultValue("5s") Duration firstPause,
        @DefaultValue("1h") Duration longestPause,
        @DefaultValue("1m") Duration longestAccountPause,
        @DefaultValue("3d") Duration giveUpAfter) {

    MediaProperties {
        directory = directory == null || directory.isBlank() ? null : directory.strip();
        if (lease.compareTo(timeLimit) <= 0) {
            throw new IllegalArgumentException("transcripts.media.lease (" + lease
                    + ") must be longer than transcripts.media.time-limit (" + timeLimit + ")");
        }
    }

    boolean isOn() {
        return directory != null;
    }

    /// Without jitter.
    Duration pauseAfter(int attempts) {
        var pause = firstPause.multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 20));
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
