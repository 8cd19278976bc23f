package org.transcriptpipeline.notify.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param giveUpAfter how long after its first attempt a delivery is tried again; then it is `refused`
/// @param onDoubt what to do when an attempt broke off so that nobody knows whether the mail went out
@ConfigurationProperties("transcripts.handoff")
record LedgerProperties(
        @DefaultValue("24h") Duration giveUpAfter,
        @DefaultValue("resend") OnDoubt onDoubt) {

    LedgerProperties {
        if (!giveUpAfter.isPositive()) {
            throw new IllegalArgumentException("transcripts.handoff.give-up-after is " + giveUpAfter);
        }
    }
}
