package org.transcriptpipeline.archive.handoff;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.transcriptpipeline.rules.FollowUps;
import org.transcriptpipeline.rules.Settling;

/// What holds where no rule says otherwise.
///
/// @param quietWindow how long nothing may happen in a conversation before its transcript is taken
/// @param deadline when it is taken all the same, counted from the trigger's arrival here
/// @param expireAfter a trigger older than this when it is first seen is not handed over by itself
/// @param checkInterval how often settling and watched handoffs are looked at
/// @param textBudget characters of text that one snapshot may hold; of a longer transcript the first and the last
///     messages are taken
/// @param followUpWindow what happens within it after a transcript goes into one follow-up
/// @param watchFor how long after its transcript a handoff has follow-ups
@ConfigurationProperties("transcripts.settling")
record HandoffProperties(
        @DefaultValue("5s") Duration quietWindow,
        @DefaultValue("60s") Duration deadline,
        @DefaultValue("24h") Duration expireAfter,
        @DefaultValue("500ms") Duration checkInterval,
        @DefaultValue("8000000") int textBudget,
        @DefaultValue("60s") Duration followUpWindow,
        @DefaultValue("24h") Duration watchFor) {

    Settling settling() {
        return new Settling(quietWindow, deadline, Settling.USUAL.waitsForDelivery());
    }

    FollowUps followUps() {
        return new FollowUps(FollowUps.USUAL.onMessages(), FollowUps.USUAL.onFailures(), followUpWindow, watchFor);
    }
}
