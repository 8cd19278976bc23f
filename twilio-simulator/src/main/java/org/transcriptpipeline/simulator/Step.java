package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.List;

/// A step of a scenario: something that Twilio reports, or several of them in no order.
sealed interface Step {

    /// @param at Twilio's time of it, from the start of the conversation
    /// @param delay pause before it is sent
    /// @param repeat how often the same bytes are sent
    /// @param retries how often it is sent again with `RetryCount` counted up
    /// @param forge signed with a token that is not the account's
    record Report(Happening happening, Duration at, Duration delay, int repeat, int retries, boolean forge)
            implements Step {}

    record Shuffle(List<Step> steps) implements Step {}
}
