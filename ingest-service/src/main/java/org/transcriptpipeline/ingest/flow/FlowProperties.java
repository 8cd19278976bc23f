package org.transcriptpipeline.ingest.flow;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which flow new conversations are attached to.
///
/// @param sid `FW…`; unset: none, and nothing is started
/// @param maxAge how long after its webhook a conversation may be attached; at most five minutes, since a flow texts
///     a customer, and a replay must not
/// @param consumerGroup under which the position in Kafka is kept
@ConfigurationProperties("transcripts.flow")
record FlowProperties(
        @Nullable String sid,
        @DefaultValue("5m") Duration maxAge,
        @DefaultValue("transcripts-flow-attacher") String consumerGroup) {

    static final String SID = "transcripts.flow.sid";

    private static final Duration LONGEST_AGE = Duration.ofMinutes(5);
    private static final Pattern FLOW_SID = Pattern.compile("FW[0-9a-fA-F]{32}");

    FlowProperties {
        sid = sid == null || sid.isBlank() ? null : sid.strip();
        if (sid != null && !FLOW_SID.matcher(sid).matches()) {
            throw new IllegalArgumentException(SID + " (STUDIO_FLOW_SID) must be FW and 32 hexadecimal digits");
        }
        if (!maxAge.isPositive() || maxAge.compareTo(LONGEST_AGE) > 0) {
            throw new IllegalArgumentException(
                    "transcripts.flow.max-age must be positive and at most 5m, it is " + maxAge);
        }
    }
}
