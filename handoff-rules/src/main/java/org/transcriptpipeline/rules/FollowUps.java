package org.transcriptpipeline.rules;

import java.time.Duration;

/// What gives another message in the same thread after the transcript went out.
///
/// @param onMessages a message of the customer, as long as no agent has written in the conversation
/// @param onFailures a message of ours that failed
/// @param window what happens within it goes into one follow-up
/// @param watchFor how long after the transcript
public record FollowUps(boolean onMessages, boolean onFailures, Duration window, Duration watchFor) {

    public static final FollowUps USUAL = new FollowUps(true, true, Duration.ofSeconds(60), Duration.ofHours(24));

    public boolean isOff() {
        return !onMessages && !onFailures;
    }
}
