package org.transcriptpipeline.simulator.world;

import org.jspecify.annotations.Nullable;

/// Where something came from, which decides whether Twilio tells of it by webhook
/// (/docs/conversations-classic/conversations-webhooks).
public enum Origin {
    /// A text of a customer, by SMS, MMS or WhatsApp; what `Source` WhatsApp has is not documented.
    CARRIER("SMS", true),
    /// A chat client, an agent's for instance.
    SDK("SDK", true),
    /// A REST call without `X-Twilio-Webhook-Enabled`: nobody is told.
    REST("API", false),
    /// A REST call with `X-Twilio-Webhook-Enabled: true`.
    REST_WITH_WEBHOOK("API", true),
    /// One of the conversation's own timers.
    TIMER(null, true);

    private final @Nullable String source;
    private final boolean isAnnounced;

    Origin(@Nullable String source, boolean isAnnounced) {
        this.source = source;
        this.isAnnounced = isAnnounced;
    }

    /// The webhook parameter `Source`, if it has one.
    public @Nullable String source() {
        return source;
    }

    /// Whether a webhook is due.
    public boolean isAnnounced() {
        return isAnnounced;
    }
}
