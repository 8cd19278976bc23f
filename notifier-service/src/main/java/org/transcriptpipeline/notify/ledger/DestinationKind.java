package org.transcriptpipeline.notify.ledger;

import java.util.Locale;

/// The ways out.
public enum DestinationKind {
    EMAIL,
    WEBHOOK,
    SLACK,
    DIRECTORY;

    /// The name in the database and in metrics.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static DestinationKind of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
