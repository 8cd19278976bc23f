package org.transcriptpipeline.simulator;

import java.time.Duration;

/// What came back for one request.
public sealed interface Answer {

    Webhook webhook();

    Duration took();

    /// True when the event is promised to be durable.
    default boolean isAcknowledged() {
        return switch (this) {
            case Answered answered -> answered.status() / 100 == 2;
            case Unanswered _ -> false;
        };
    }

    record Answered(Webhook webhook, int status, Duration took) implements Answer {}

    /// Refused connection, reset, timeout. The event may have arrived all the same.
    record Unanswered(Webhook webhook, String reason, Duration took) implements Answer {}
}
