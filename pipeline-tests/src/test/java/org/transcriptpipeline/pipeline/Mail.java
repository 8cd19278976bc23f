package org.transcriptpipeline.pipeline;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;

/// A mail of the outbox, as a mail program reads it.
///
/// @param inReplyTo the Message-ID of the mail that this one answers
/// @param references those of the thread so far, oldest first
/// @param text the plain part
/// @param html the words of the HTML part
record Mail(
        String messageId,
        @Nullable String inReplyTo,
        List<String> references,
        String subject,
        String to,
        String text,
        String html) {

    static Mail read(Path file) throws IOException, MessagingException {
        try (var in = Files.newInputStream(file)) {
            return of(new MimeMessage(null, in));
        }
    }

    static Mail of(MimeMessage message) throws IOException, MessagingException {
        var parts = parts(message.getContent());
        var references = message.getHeader("References", " ");
        return new Mail(
                message.getMessageID(),
                message.getHeader("In-Reply-To", null),
                references == null ? List.of() : List.of(references.strip().split("\\s+")),
                message.getSubject(),
                String.valueOf(message.getHeader("To", null)),
                part(parts, "text/plain"),
                Jsoup.parse(part(parts, "text/html")).text());
    }

    private static String part(List<BodyPart> parts, String type) throws IOException, MessagingException {
        for (var part : parts) {
            if (part.isMimeType(type) && part.getFileName() == null) {
                return (String) part.getContent();
            }
        }
        throw new AssertionError("the mail has no part " + type);
    }

    private static List<BodyPart> parts(Object content) throws IOException, MessagingException {
        var parts = new ArrayList<BodyPart>();
        if (content instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                parts.add(multipart.getBodyPart(i));
                parts.addAll(parts(multipart.getBodyPart(i).getContent()));
            }
        }
        return parts;
    }
}
