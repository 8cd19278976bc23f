package org.transcriptpipeline.simulator.world;

import java.util.Locale;

/// State of a conversation (/docs/conversations-classic/states-timers). A closed one is read-only for good.
public enum State {
    INITIALIZING,
    ACTIVE,
    INACTIVE,
    CLOSED;

    /// As Twilio writes it: `active`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalArgumentException for a word that Twilio does not have
    public static State of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
