package org.transcriptpipeline.notify.forward;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param allowedHosts hosts that webhooks and Slack messages may go to, by https; empty: those of the URLs in the
/// rules
///     and in HANDOFF_WEBHOOK_URL
/// @param allowedPrivateHosts hosts that may also be called by http, and may have addresses of a private network or of
///     this machine
/// @param timeout of a whole exchange
/// @param pause how long nothing is sent to a destination that refused our credentials; doubles each time
/// @param longestPause the longest such pause
@ConfigurationProperties("transcripts.forward")
record ForwardProperties(
        @DefaultValue List<String> allowedHosts,
        @DefaultValue List<String> allowedPrivateHosts,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("5m") Duration pause,
        @DefaultValue("1h") Duration longestPause) {

    ForwardProperties {
        allowedHosts = List.copyOf(allowedHosts);
        allowedPrivateHosts = List.copyOf(allowedPrivateHosts);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("transcripts.forward.timeout is " + timeout);
        }
    }
}
