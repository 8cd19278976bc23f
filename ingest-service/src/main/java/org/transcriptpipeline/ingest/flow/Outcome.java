package org.transcriptpipeline.ingest.flow;

import java.util.Locale;

/// What became of a new conversation; the label of `transcripts_flow_attachments_total`.
enum Outcome {
    /// The flow was attached.
    ATTACHED,
    /// A flow was attached already.
    PRESENT,
    /// It was dealt with a moment ago, and its webhook came again.
    REPEATED,
    /// Its webhook came too long ago, or at a time that is yet to come.
    TOO_OLD,
    /// It is closed.
    CLOSED,
    /// Twilio does not know it, at least not in that service.
    GONE,
    /// Its account has no secret here, so Twilio cannot be asked.
    NO_ACCOUNT,
    /// Its record cannot be read.
    UNREADABLE,
    /// Twilio was away, refused our credentials or asked for fewer requests for too long; nothing was done.
    GIVEN_UP,
    /// The one request to attach had no answer, and a later look did not find the flow.
    UNCERTAIN,
    /// Twilio declined.
    REFUSED;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether somebody who wants the flow on every conversation should know.
    boolean isTrouble() {
        return switch (this) {
            case ATTACHED, PRESENT, REPEATED, TOO_OLD, CLOSED, GONE -> false;
            case NO_ACCOUNT, UNREADABLE, GIVEN_UP, UNCERTAIN, REFUSED -> true;
        };
    }
}
