package org.transcriptpipeline.notify.ledger;

/// What to do when an attempt broke off between the end of the mail and the server's answer: the one window in which
/// nobody can know whether the mail went out.
public enum OnDoubt {
    /// Send again, under the same Message-ID and with a header that says so.
    RESEND,
    /// Wait for a person.
    ASK
}
