package org.transcriptpipeline.notify.mail;

import java.time.Instant;

/// One mail to one recipient.
///
/// @param messageId with its angle brackets; the same for every attempt
/// @param attempt 1 for the first; a repeat says so in a header
public record OutgoingMail(
        String messageId, String to, String subject, String text, String html, int attempt, Instant date) {

    @Override
    public String toString() {
        return "OutgoingMail[" + messageId + "]";
    }
}
