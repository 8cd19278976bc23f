package org.transcriptpipeline.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.transcript.Attachment;

class RenderedMailTest {

    private final List<RenderedMail> mails = new ArrayList<>();

    @AfterEach
    void deleteFiles() {
        mails.forEach(RenderedMail::close);
    }

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
        var mail = mail(new OutgoingMail(
                "<a@b>",
                "a@example.com",
                "s",
                "x".repeat(10_000),
                "<p>" + "é".repeat(9000),
                List.of(),
                null,
                List.of(),
                1,
                Instant.EPOCH));

        assertThat(Files.readString(mail.file(), StandardCharsets.US_ASCII)
                        .lines()
                        .mapToInt(String::length)
                        .max()
                        .orElseThrow())
                .isLessThanOrEqualTo(998);
    }

    @Test
    void aLaterMailNamesAllThatWereBeforeItInItsThread() throws Exception {
        var mail = parsed(
                mail(outgoing(List.of(), "team@example.com", List.of("<one@example.com>", "<two@example.com>"))));

        assertThat(mail.getHeader("In-Reply-To")).containsExactly("<two@example.com>");
        assertThat(mail.getHeader("References", " ").split("\\s+"))
                .containsExactly("<one@example.com>", "<two@example.com>");
        assertThat(mail.getReplyTo()).containsExactly(new InternetAddress("team@example.com"));
    }

    @Test
    void whatIsNoMessageIdMakesNoHeader() throws Exception {
        var mail = parsed(mail(outgoing(List.of(), null, List.of("<a@b>\r\nBcc: x@example.com", "words"))));

        assertThat(mail.getHeader("References")).isNull();
        assertThat(mail.getHeader("In-Reply-To")).isNull();
        assertThat(mail.getHeader("Bcc")).isNull();
    }

    @Test
    void anAttachmentArrivesAsItIsAndItsNameMakesNoHeader(@TempDir Path directory) throws Exception {
        var bytes = "first\n.second\r\n\u0000".repeat(2000).getBytes(StandardCharsets.UTF_8);
        var file = Files.write(directory.resolve("file"), bytes);

        var mail = parsed(mail(outgoing(
                List.of(
                        new Attachment("Grüße\r\nBcc: x@example.com/..\\\"\u202E.jpg", "image/jpeg", file, false),
                        new Attachment("plain.bin", "text/html\r\nBcc: x@example.com", file, false)),
                null,
                List.of())));

        assertThat(mail.getContentType()).startsWith("multipart/mixed");
        assertThat(mail.getHeader("Bcc")).isNull();
        var parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getCount()).isEqualTo(3);
        assertThat(parts.getBodyPart(0).getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getBodyPart(1).getFileName()).isEqualTo("Grüße__Bcc: x@example.com_.._\"_.jpg");
        assertThat(parts.getBodyPart(1).getDisposition()).isEqualTo("attachment");
        assertThat(parts.getBodyPart(1).getInputStream().readAllBytes()).isEqualTo(bytes);
        assertThat(parts.getBodyPart(2).getContentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void theHashIsThatOfTheFileAndTheFileGoesWithTheMail() throws Exception {
        var mail = mail("Handoff", 1);

        assertThat(RenderedMail.sha256(mail.file())).isEqualTo(mail.sha256()).matches("[0-9a-f]{64}");
        mail.close();
        assertThat(mail.file()).doesNotExist();
    }

    @Test
    void anAttachmentThatIsGoneMakesNoMail(@TempDir Path directory) {
        var gone = new Attachment("a.txt", "text/plain", directory.resolve("gone"), false);

        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> mail(outgoing(List.of(gone), null, List.of())));
    }

    private static OutgoingMail outgoing(
            List<Attachment> attachments, @Nullable String replyTo, List<String> references) {
        return new OutgoingMail(
                "<one.1.0011@example.com>",
                "anna@example.com",
                "Handoff",
                "text\n",
                "<p>text</p>",
                attachments,
                replyTo,
                references,
                1,
                Instant.parse("2026-10-01T12:00:00Z"));
    }

    private RenderedMail mail(OutgoingMail mail) throws Exception {
        var rendered = RenderedMail.of(mail, new InternetAddress("pipeline@example.com"));
        mails.add(rendered);
        return rendered;
    }

    private RenderedMail mail(String subject, int attempt) throws Exception {
        return mail(new OutgoingMail(
                "<one.1.0011@example.com>",
                "anna@example.com",
                subject,
                "Grüße 👩\nsecond\n",
                "<p>Grüße</p>",
                List.of(),
                null,
                List.of(),
                attempt,
                Instant.parse("2026-10-01T12:00:00Z")));
    }

    private static MimeMessage parsed(RenderedMail mail) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(Files.readAllBytes(mail.file())));
    }
}
