package org.transcriptpipeline.notify.mail;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.transcript.Attachment;

/// One mail to one recipient.
///
/// @param messageId with its angle brackets; the same for every attempt
/// @param attachments handed over from their files
/// @param replyTo null: answers go to the sender
/// @param references Message-IDs of the mails before it in the thread, the first one first; the last is the one that
///     this one answers
/// @param attempt 1 for the first; a repeat says so in a header
public record OutgoingMail(
        String messageId,
        String to,
        String subject,
        String text,
        String html,
        List<Attachment> attachments,
        @Nullable String replyTo,
        List<String> references,
        int attempt,
        Instant date) {

    public OutgoingMail {
        attachments = List.copyOf(attachments);
        references = List.copyOf(references);
    }

    @Override
    public String toString() {
        return "OutgoingMail[" + messageId + "]";
    }
}
