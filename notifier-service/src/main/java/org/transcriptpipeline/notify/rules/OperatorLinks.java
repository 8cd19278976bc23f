package org.transcriptpipeline.notify.rules;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.rules.Rule;
import org.transcriptpipeline.rules.TakeLinks;
import org.transcriptpipeline.transcript.Links;

/// Where an operator goes from what was sent: to answer the customer, and to say "I have it".
public final class OperatorLinks {

    private final @Nullable TakeLinks takeLinks;

    private OperatorLinks(@Nullable TakeLinks takeLinks) {
        this.takeLinks = takeLinks;
    }

    /// @throws org.transcriptpipeline.rules.RulesException when only one of them is set, or one will not do
    public static OperatorLinks of(@Nullable String consoleBaseUrl, @Nullable String linkSecret) {
        return new OperatorLinks(TakeLinks.of(consoleBaseUrl, linkSecret));
    }

    /// @param rule null: the rules have it no more
    public Links of(Delivery delivery, @Nullable Rule rule) {
        var key = delivery.key();
        return new Links(
                rule == null
                        ? null
                        : rule.answerLink(delivery.accountSid(), delivery.conversationSid(), key.handoffId()),
                take(delivery));
    }

    private @Nullable URI take(Delivery delivery) {
        var key = delivery.key();
        return takeLinks == null
                ? null
                : takeLinks.link(key.handoffId(), key.destination().fingerprint());
    }
}
