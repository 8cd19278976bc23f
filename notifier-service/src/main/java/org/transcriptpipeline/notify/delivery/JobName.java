package org.transcriptpipeline.notify.delivery;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.notify.ledger.DeliveryKey;

/// The name of a job, from which its delivery is found. The scheduler logs it, so it holds no address.
record JobName(String handoffId, int version, String fingerprint) {

    static JobName of(DeliveryKey key) {
        return new JobName(key.handoffId(), key.version(), key.destination().fingerprint());
    }

    /// @return null when this is no name that we gave
    static @Nullable JobName parse(String name) {
        int last = name.lastIndexOf(':');
        int middle = last < 0 ? -1 : name.lastIndexOf(':', last - 1);
        if (middle < 0) {
            return null;
        }
        try {
            return new JobName(
                    name.substring(0, middle),
                    Integer.parseInt(name.substring(middle + 1, last)),
                    name.substring(last + 1));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return handoffId + ":" + version + ":" + fingerprint;
    }
}
