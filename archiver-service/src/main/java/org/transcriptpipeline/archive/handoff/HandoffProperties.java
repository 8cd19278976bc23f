package org.transcriptpipeline.archive.handoff;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param quietWindow how long nothing may happen in a conversation before its transcript is taken
/// @param deadline when it is taken all the same, counted from the trigger's arrival here
/// @param expireAfter a trigger older than this when it is first seen is not handed over by itself
/// @param checkInterval how often settling handoffs are looked at
/// @param textBudget characters of text that one snapshot may hold; of a longer transcript the first and the last
///     messages are taken
@ConfigurationProperties("transcripts.settling")
record HandoffProperties(
        @DefaultValue("5s") Duration quietWindow,
        @DefaultValue("60s") Duration deadline,
        @DefaultValue("24h") Duration expireAfter,
        @DefaultValue("500ms") Duration checkInterval,
        @DefaultValue("8000000") int textBudget) {}
