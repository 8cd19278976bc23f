package org.transcriptpipeline.cli.doctor;

/// Asks Twilio whether it takes the token.
@FunctionalInterface
interface TokenProbe {

    Answer ask();

    /// What Twilio says to it.
    enum Answer {
        ACCEPTED,
        REFUSED,
        /// nobody was asked, or nobody answered
        UNKNOWN
    }
}
