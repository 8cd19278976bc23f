package org.transcriptpipeline.ingest.flow;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.TwilioException;

/// What is known of a new conversation before anything is changed.
sealed interface Look {

    /// It is open and has no flow.
    ///
    /// @param seenAt our clock before Twilio was asked
    record Free(Instant seenAt) implements Look {}

    /// Nothing is to be done.
    ///
    /// @param failure why, where Twilio said so
    record Settled(Outcome outcome, @Nullable TwilioException failure) implements Look {
        Settled(Outcome outcome) {
            this(outcome, null);
        }
    }
}
