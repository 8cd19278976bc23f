package org.transcriptpipeline.ingest.signature;

/// Whether a request is from who it says.
public sealed interface Proof {

    /// It is.
    ///
    /// @param accountSid the account that it is from
    /// @param means what proved it
    record Proved(String accountSid, Means means) implements Proof {}

    /// It showed the password, and left open which of several accounts it is for.
    record AccountNeeded() implements Proof {}

    /// It is not, or nobody can tell.
    ///
    /// @param mayAskForPassword the request came without credentials where they are accepted, so a challenge may
    ///     bring them: Twilio sends those of a URL only after one (`twilio-reference` 5.6)
    record Refused(Reason reason, boolean mayAskForPassword) implements Proof {}

    /// What proved a request; a rotation is over when `SECONDARY` counts no more.
    enum Means {
        PRIMARY,
        SECONDARY,
        PASSWORD
    }

    /// Why a request was refused; the names in metrics and quarantine.
    enum Reason {
        /// no signature header
        MISSING,
        /// more than one signature header
        REPEATED,
        /// it names an account that is not served
        ACCOUNT,
        /// `bodySHA256` is absent, or not that of the body
        BODY_HASH,
        /// the signature is of another URL, body or token
        MISMATCH,
        /// no auth token is configured, so nothing can be proved
        NO_TOKEN
    }
}
