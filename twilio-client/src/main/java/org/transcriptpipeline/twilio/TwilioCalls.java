package org.transcriptpipeline.twilio;

import java.time.Duration;

/// Hears of every HTTP request that is made to Twilio, and of every one that the rate budget did not allow; what a
/// meter needs. Called on the thread that asks, after the request; must be quick and must not throw.
@FunctionalInterface
public interface TwilioCalls {

    /// Nobody listens.
    TwilioCalls UNHEARD = (_, _, _) -> {};

    /// @param operation what was asked for, `messages.list` for instance: one of a few names, without any SID
    /// @param duration from the first byte sent to the last one received, or until the request was given up
    void called(String operation, Outcome outcome, Duration duration);

    /// How a request ended; the names of [TwilioException]'s cases, and these two.
    enum Outcome {
        OK,
        /// not sent: the wait for the account's turn would have been longer than the caller has time
        NOT_SENT,
        NOT_FOUND,
        UNAUTHORISED,
        RATE_LIMITED,
        UNAVAILABLE,
        UNUSABLE,
        REFUSED,
        INTERRUPTED
    }
}
