package org.transcriptpipeline.transcript;

import java.util.Set;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;

/// What a message's state says about its way to the customer.
final class Delivery {

    /// Twilio's code for a recipient who has opted out.
    static final int OPTED_OUT = 21610;

    private static final Set<String> FAILED = Set.of("failed", "undelivered", "canceled");
    private static final Set<String> ARRIVED = Set.of("delivered", "read");

    private Delivery() {}

    static boolean hasFailed(Message message) {
        return message.contradictory()
                || (message.deliveryStatus() != null && FAILED.contains(message.deliveryStatus()));
    }

    static boolean hasArrived(Message message) {
        return message.deliveryStatus() != null && ARRIVED.contains(message.deliveryStatus());
    }

    static boolean isOpen(Message message) {
        return message.direction().equals("outbound")
                && message.deliveryStatus() != null
                && !hasFailed(message)
                && !hasArrived(message);
    }

    static boolean isOptOut(Message message) {
        return message.deliveryErrorCode() != null && message.deliveryErrorCode() == OPTED_OUT;
    }
}
