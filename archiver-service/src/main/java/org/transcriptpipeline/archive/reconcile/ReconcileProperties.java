package org.transcriptpipeline.archive.reconcile;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// @param concurrency conversations that are compared at the same time
/// @param checkInterval how often the queue is looked at while it is empty
/// @param lease how long a conversation that is being compared is left alone by other archivers; also when a finding
///     that never came back from Kafka is asked for again
/// @param firstPause wait after the first failure of a conversation; doubles with each further one
/// @param longestPause of that
/// @param longestAccountPause how long at most an account's API is left alone that is away or refuses our credentials,
///     unless Twilio itself asks for longer
/// @param missingInterval how often conversations with missing messages are looked for
/// @param sweepWindow how far back the daily sweep looks
/// @param sweepHour from which hour of the day on, UTC, it is made
@Validated
@ConfigurationProperties("transcripts.reconcile")
record ReconcileProperties(
        @DefaultValue("4") @Positive int concurrency,
        @DefaultValue("500ms") Duration checkInterval,
        @DefaultValue("2m") Duration lease,
        @DefaultValue("5s") Duration firstPause,
        @DefaultValue("10m") Duration longestPause,
        @DefaultValue("1m") Duration longestAccountPause,
        @DefaultValue("5s") Duration missingInterval,
        @DefaultValue("2d") Duration sweepWindow,
        @DefaultValue("3") int sweepHour) {

    /// Without jitter.
    Duration pauseAfter(int attempts) {
        var pause = firstPause.multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 20));
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
