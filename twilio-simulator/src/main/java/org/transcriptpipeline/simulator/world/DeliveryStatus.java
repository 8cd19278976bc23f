package org.transcriptpipeline.simulator.world;

import java.util.Locale;

/// State of a receipt, once the message has left Twilio (/docs/conversations-classic/delivery-receipts).
public enum DeliveryStatus {
    SENT,
    DELIVERED,
    /// WhatsApp and the like only.
    READ,
    FAILED,
    UNDELIVERED;

    /// As Twilio writes it: `sent`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalArgumentException for a word that Twilio does not have
    public static DeliveryStatus of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
