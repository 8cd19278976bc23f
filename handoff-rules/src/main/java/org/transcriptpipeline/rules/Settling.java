package org.transcriptpipeline.rules;

import java.time.Duration;

/// When a transcript is ready.
///
/// @param quietWindow how long nothing may happen in the conversation before
/// @param deadline after which it is taken all the same, counted from when the archiver met the trigger
/// @param waitsForDelivery whether it also waits for the final delivery states of our own messages, up to the deadline
public record Settling(Duration quietWindow, Duration deadline, boolean waitsForDelivery) {

    public static final Settling USUAL = new Settling(Duration.ofSeconds(5), Duration.ofSeconds(60), true);
}
