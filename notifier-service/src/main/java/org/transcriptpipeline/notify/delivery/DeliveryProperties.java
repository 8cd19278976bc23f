package org.transcriptpipeline.notify.delivery;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param threads mails that may be on their way at once
/// @param pollInterval how often due jobs are looked for
/// @param heartbeat how often a running job says that it is alive; after four missed ones, and a second look,
///     another process takes it over
/// @param firstPause wait after the first failed attempt; doubles after each further one
/// @param longestPause the longest wait between two attempts
@ConfigurationProperties("transcripts.handoff.delivery")
record DeliveryProperties(
        @DefaultValue("4") int threads,
        @DefaultValue("500ms") Duration pollInterval,
        @DefaultValue("3s") Duration heartbeat,
        @DefaultValue("30s") Duration firstPause,
        @DefaultValue("1h") Duration longestPause) {

    DeliveryProperties {
        if (threads < 1) {
            throw new IllegalArgumentException("transcripts.handoff.delivery.threads is " + threads);
        }
    }
}
