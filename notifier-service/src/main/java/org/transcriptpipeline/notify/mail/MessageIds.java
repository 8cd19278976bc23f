package org.transcriptpipeline.notify.mail;

import org.transcriptpipeline.notify.ledger.DeliveryKey;

/// Gives a delivery its Message-ID: the same for every attempt and after every restart, so that a mail program can
/// tell a repeat, and free of addresses.
public final class MessageIds {

    private final String domain;

    MessageIds(String domain) {
        this.domain = domain;
    }

    public String of(DeliveryKey key) {
        return "<" + key.safeHandoffId() + "." + key.version() + "."
                + key.destination().fingerprint() + "@" + domain + ">";
    }
}
