package org.transcriptpipeline.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class RenderedMailTest {

    @Test
    void aMailHasBothPartsAndTheHeadersThatTellARepeat() throws Exception {
        var message = parsed(mail("Handoff: 👩 Ünal", 2));

        assertThat(message.getMessageID()).isEqualTo("<one.1.0011@example.com>");
        assertThat(message.getSubject()).isEqualTo("Handoff: 👩 Ünal");
        assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(message.getHeader("X-Transcript-Attempt")).containsExactly("2");
        assertThat(message.getSentDate()).isEqualTo(Instant.parse("2026-10-01T12:00:00Z"));
        assertThat(message.getContentType()).startsWith("multipart/alternative");
        var parts = (MimeMultipart) message.getContent();
        assertThat(parts.getBodyPart(0).getContentType()).isEqualTo("text/plain; charset=UTF-8");
        assertThat(parts.getBodyPart(0).getContent()).isEqualTo("Grüße 👩\r\nsecond\r\n");
        assertThat(parts.getBodyPart(1).getContentType()).isEqualTo("text/html; charset=UTF-8");
        assertThat(parts.getBodyPart(1).getContent()).isEqualTo("<p>Grüße</p>");
    }

    @Test
    void theFirstAttemptCarriesNoMark() throws Exception {
        assertThat(parsed(mail("Handoff", 1)).getHeader("X-Transcript-Attempt")).isNull();
    }

    @Test
    void aSubjectWithLineEndsMakesNoHeader() throws Exception {
        var message = parsed(mail("x\r\nBcc: everyone@example.com\r\n\r\nbody", 1));

        assertThat(message.getHeader("Bcc")).isNull();
        assertThat(message.getAllRecipients()).hasSize(1);
    }

    @Test
    void noLineIsLongerThanAServerTakes() throws Exception {
        var mail = RenderedMail.of(
                new OutgoingMail(
                        "<a@b>",
                        "a@example.com",
                        "s",
                        "x".repeat(10_000),
                        "<p>" + "é".repeat(9000),
                        List.of(),
                        null,
                        List.of(),
                        1,
                        Instant.EPOCH),
                new InternetAddress("b@example.com"));

        assertThat(new String(mail.bytes(), StandardCharsets.US_ASCII)
                        .lines()
                        .mapToInt(String::length)
                        .max()
                        .orElseThrow())
                .isLessThanOrEqualTo(998);
    }

    private static RenderedMail mail(String subject, int attempt) throws Exception {
        return RenderedMail.of(
                new OutgoingMail(
                        "<one.1.0011@example.com>",
                        "anna@example.com",
                        subject,
                        "Grüße 👩\nsecond\n",
                        "<p>Grüße</p>",
                        List.of(),
                        null,
                        List.of(),
                        attempt,
                        Instant.parse("2026-10-01T12:00:00Z")),
                new InternetAddress("pipeline@example.com"));
    }

    private static MimeMessage parsed(RenderedMail mail) throws Exception {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail.bytes()));
    }
}
