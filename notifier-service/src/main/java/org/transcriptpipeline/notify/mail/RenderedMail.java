package org.transcriptpipeline.notify.mail;

import jakarta.activation.DataHandler;
import jakarta.activation.FileDataSource;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.ParameterList;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.transcriptpipeline.transcript.Attachment;
import org.transcriptpipeline.transcript.TransferEncoding;
import org.transcriptpipeline.transcript.WorkFiles;

/// A mail as a file: what is hashed, written to an outbox and given to a server is the same bytes. Memory does not
/// grow with what is attached. Whoever gets one closes it.
///
/// @param file a MIME message, multipart/alternative of text and HTML in UTF-8, within multipart/mixed where something
///     is attached; lines end in CRLF
/// @param sha256 of the file, lower-case hexadecimal
record RenderedMail(String messageId, InternetAddress sender, InternetAddress recipient, Path file, String sha256)
        implements AutoCloseable {

    private static final Session NO_SERVER = Session.getInstance(new Properties());
    private static final String ATTEMPT_HEADER = "X-Transcript-Attempt";
    private static final Pattern MESSAGE_ID = Pattern.compile("<[!-;=?-~]{1,250}>");
    private static final Pattern CONTENT_TYPE = Pattern.compile(
            "[A-Za-z0-9][A-Za-z0-9.+-]{0,60}/[A-Za-z0-9][A-Za-z0-9.+-]{0,80}(; ?charset=[A-Za-z0-9-]+)?");

    /// @throws MessagingException when the recipient or the address for answers is no address
    /// @throws IOException when an attachment cannot be read, or there is no room for the mail
    static RenderedMail of(OutgoingMail mail, InternetAddress sender) throws MessagingException, IOException {
        var recipient = new InternetAddress(mail.to(), true);
        var message = message(mail, sender, recipient);
        var file = WorkFiles.create(".eml");
        try {
            var digest = digest();
            try (var out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest)) {
                message.writeTo(out);
            }
            return new RenderedMail(
                    mail.messageId(), sender, recipient, file, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException | MessagingException | RuntimeException e) {
            WorkFiles.delete(file);
            throw e;
        }
    }

    private static MimeMessage message(OutgoingMail mail, InternetAddress sender, InternetAddress recipient)
            throws MessagingException {
        var message = new MimeMessage(NO_SERVER) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", mail.messageId()); // the base class would make a new one each time
            }
        };
        message.setFrom(sender);
        message.setRecipient(Message.RecipientType.TO, recipient);
        if (mail.replyTo() != null) {
            message.setReplyTo(new InternetAddress[] {new InternetAddress(mail.replyTo(), true)});
        }
        message.setSubject(mail.subject(), "UTF-8");
        message.setSentDate(Date.from(mail.date()));
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no out-of-office replies
        message.setHeader("X-Auto-Response-Suppress", "All"); // what Exchange asks for instead
        if (mail.attempt() > 1) {
            message.setHeader(ATTEMPT_HEADER, Integer.toString(mail.attempt()));
        }
        refer(message, mail.references());
        var body = new MimeMultipart("alternative", text(mail.text(), "plain"), text(mail.html(), "html"));
        if (mail.attachments().isEmpty()) {
            message.setContent(body);
        } else {
            var bodyPart = new MimeBodyPart();
            bodyPart.setContent(body);
            var parts = new MimeMultipart("mixed", bodyPart);
            for (var attachment : mail.attachments()) {
                parts.addBodyPart(attached(attachment));
            }
            message.setContent(parts);
        }
        message.saveChanges();
        return message;
    }

    /// RFC 5322, 3.6.4: In-Reply-To names the parent, References the whole line of parents.
    private static void refer(MimeMessage message, List<String> references) throws MessagingException {
        var ids = references.stream()
                .filter(id -> MESSAGE_ID.matcher(id).matches())
                .toList();
        if (!ids.isEmpty()) {
            message.setHeader("In-Reply-To", ids.getLast());
            message.setHeader("References", String.join("\r\n ", ids));
        }
    }

    private static MimeBodyPart text(String text, String subtype) throws MessagingException {
        var part = new MimeBodyPart();
        var lines = text.replace("\n", "\r\n");
        part.setText(lines, "UTF-8", subtype);
        part.setHeader("Content-Transfer-Encoding", TransferEncoding.of(text).name());
        return part;
    }

    private static MimeBodyPart attached(Attachment attachment) throws MessagingException {
        var type = CONTENT_TYPE.matcher(attachment.contentType()).matches()
                ? attachment.contentType()
                : "application/octet-stream";
        var part = new MimeBodyPart();
        part.setDataHandler(new DataHandler(new FileDataSource(attachment.file().toFile()) {
            @Override
            public String getContentType() {
                return type;
            }
        }));
        part.setHeader("Content-Type", type);
        part.setHeader("Content-Disposition", "attachment" + filename(attachment.filename()));
        // said here, or the file is read as a whole to find out
        part.setHeader("Content-Transfer-Encoding", "base64");
        return part;
    }

    /// RFC 2231 for what is not ASCII.
    private static String filename(String name) {
        var parameters = new ParameterList();
        parameters.set("filename", name.replaceAll("[\\p{Cntrl}\\p{Cf}/\\\\\u2028\u2029]", "_"), "UTF-8");
        return parameters.toString("Content-Disposition: attachment".length());
    }

    /// The mail for a transport, which is asked afterwards whether it was handed over to its end.
    HandedOver message(Session session) throws MessagingException {
        return new HandedOver(session, this);
    }

    /// Gives a transport the envelope, and the file as it is: nothing is parsed or written anew on the way.
    static final class HandedOver extends MimeMessage {

        private final Path file;
        private boolean toItsEnd;

        private HandedOver(Session session, RenderedMail mail) throws MessagingException {
            super(session);
            file = mail.file();
            setFrom(mail.sender());
            setRecipient(Message.RecipientType.TO, mail.recipient());
        }

        @Override
        public void writeTo(OutputStream out, String[] ignored) throws IOException {
            Files.copy(file, out);
            toItsEnd = true;
        }

        boolean isToItsEnd() {
            return toItsEnd;
        }
    }

    long size() throws IOException {
        return Files.size(file);
    }

    static String sha256(Path file) throws IOException {
        var digest = digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Deletes the file. Never throws: by then it is known what came of the mail, and that must not get lost.
    @Override
    public void close() {
        WorkFiles.delete(file);
    }

    @Override
    public String toString() {
        return "RenderedMail[" + messageId + "]";
    }
}
