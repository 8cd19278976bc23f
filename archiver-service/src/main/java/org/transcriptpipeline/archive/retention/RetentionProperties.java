package org.transcriptpipeline.archive.retention;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param retention rules by name; none: nothing is erased by age. Of several that fit a conversation the shortest
/// counts
/// @param retentionRounds how the work is spread
@ConfigurationProperties("transcripts")
record RetentionProperties(
        @DefaultValue Map<String, Rule> retention,
        @DefaultValue Rounds retentionRounds) {

    private static final Duration SHORTEST = Duration.ofDays(8);

    RetentionProperties {
        retention = Map.copyOf(retention);
    }

    /// @param after how long after its last activity a conversation is erased
    /// @param account only of this account; null: of all
    /// @param channel only of this channel, `sms` for instance; null: of all
    record Rule(
            Duration after,
            @Nullable String account,
            @Nullable String channel) {

        Rule {
            if (after == null || after.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("transcripts.retention.<name>.after (" + after
                        + ") must be at least " + SHORTEST.toDays()
                        + " days: what is younger may still be in Kafka, and would come back by a replay");
            }
            account = account == null || account.isBlank() ? null : account.strip();
            channel = channel == null || channel.isBlank() ? null : channel.strip();
        }
    }

    /// @param interval between two rounds
    /// @param batch conversations in one transaction
    /// @param pause after each of them, so that others have their turn
    record Rounds(
            @DefaultValue("10m") Duration interval,
            @DefaultValue("50") int batch,
            @DefaultValue("250ms") Duration pause) {

        Rounds {
            if (batch < 1 || batch > 1000) {
                throw new IllegalArgumentException("transcripts.retention-rounds.batch (" + batch + ") is 1 to 1000");
            }
        }
    }
}
