package org.transcriptpipeline.notify.ledger;

import java.util.regex.Pattern;

/// The key of everything that goes out.
public record DeliveryKey(String handoffId, int version, Destination destination) {

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /// The whole in one line that fits into a header, without an address.
    public String id() {
        return safeHandoffId() + ":" + version + ":" + destination.fingerprint();
    }

    /// The handoff's id where it has to fit into a header or a file name: a hash of it, where it would not.
    public String safeHandoffId() {
        return SAFE.matcher(handoffId).matches()
                ? handoffId
                : new Destination(DestinationKind.EMAIL, handoffId).fingerprint();
    }
}
