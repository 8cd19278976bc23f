package org.transcriptpipeline.archive.flow;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// @param searchAttempts how often the conversation of an ended execution is looked for
/// @param searchPause between the first two attempts; doubles after each
/// @param poll flows (FW) whose ended executions are read from Twilio's list; empty: none
/// @param pollInterval between two looks at the list
/// @param pollLookback how long a run may last and still be found: the list is by time of start
@Validated
@ConfigurationProperties("transcripts.flows")
record FlowProperties(
        @DefaultValue("8") @Positive int searchAttempts,
        @DefaultValue("30s") Duration searchPause,
        @DefaultValue List<String> poll,
        @DefaultValue("60s") Duration pollInterval,
        @DefaultValue("24h") Duration pollLookback) {
    FlowProperties {
        poll = poll.stream().map(String::strip).filter(sid -> !sid.isEmpty()).toList();
    }
}
