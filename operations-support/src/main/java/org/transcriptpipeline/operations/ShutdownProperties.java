package org.transcriptpipeline.operations;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param drainWait how long a service that was told to stop says that it is not ready before it refuses anything:
///     what a load balancer needs to notice
@ConfigurationProperties("transcripts.shutdown")
record ShutdownProperties(@DefaultValue("0s") Duration drainWait) {

    ShutdownProperties {
        if (drainWait.isNegative() || drainWait.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException(
                    "transcripts.shutdown.drain-wait is between 0 and 5 minutes, not " + drainWait);
        }
    }
}
