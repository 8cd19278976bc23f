package org.transcriptpipeline.notify.mail;

import java.util.regex.Pattern;
import org.transcriptpipeline.notify.ledger.DeliveryKey;
import org.transcriptpipeline.notify.ledger.Destination;
import org.transcriptpipeline.notify.ledger.DestinationKind;

/// Gives a delivery its Message-ID: the same for every attempt and after every restart, so that a mail program can
/// tell a repeat, and free of addresses.
public final class MessageIds {

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final String domain;

    MessageIds(String domain) {
        this.domain = domain;
    }

    public String of(DeliveryKey key) {
        var handoff = SAFE.matcher(key.handoffId()).matches()
                ? key.handoffId()
                : new Destination(DestinationKind.EMAIL, key.handoffId()).fingerprint(); // whatever an id may hold
        return "<" + handoff + "." + key.version() + "." + key.destination().fingerprint() + "@" + domain + ">";
    }
}
