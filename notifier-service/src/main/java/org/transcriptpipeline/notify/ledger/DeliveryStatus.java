package org.transcriptpipeline.notify.ledger;

import java.util.Locale;

/// How far a delivery is; the closed list of `docs/schema.md`.
public enum DeliveryStatus {
    /// Nothing was tried yet.
    PLANNED,
    /// A dialogue runs, or its process died.
    SENDING,
    /// The other side took it.
    SENT,
    /// It will be tried again.
    RETRYING,
    /// It will not be tried again.
    REFUSED,
    /// It waits for the channel to be mended, or for a person.
    PAUSED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static DeliveryStatus of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /// Whether nothing is to be done any more.
    public boolean isSettled() {
        return this == SENT || this == REFUSED;
    }
}
