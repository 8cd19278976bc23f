package org.transcriptpipeline.simulator.world;

/// What became of the webhook that tells of a message's being added.
public enum Announcement {
    /// None was due: made by REST without the header, or before anybody listened.
    NONE,
    /// Due, and not yet answered.
    PENDING,
    /// Sent, and answered with a 2xx.
    TOLD,
    /// Due, and lost: on the way, or it was not answered with a 2xx and Twilio does not repeat it.
    DROPPED
}
