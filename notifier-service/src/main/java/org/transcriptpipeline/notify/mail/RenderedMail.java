package org.transcriptpipeline.notify.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Date;
import java.util.HexFormat;
import java.util.Properties;

/// A mail as its bytes: what is hashed, written to a file and given to a server is the same.
///
/// @param bytes a MIME message, multipart/alternative of text and HTML, in UTF-8, lines ending in CRLF
record RenderedMail(String messageId, byte[] bytes) {

    private static final Session NO_SERVER = Session.getInstance(new Properties());
    private static final String ATTEMPT_HEADER = "X-Transcript-Attempt";

    /// @throws MessagingException when the recipient is no address
    static RenderedMail of(OutgoingMail mail, InternetAddress sender) throws MessagingException {
        var message = new MimeMessage(NO_SERVER) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", mail.messageId()); // the base class would make a new one each time
            }
        };
        message.setFrom(sender);
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.to(), true));
        message.setSubject(mail.subject(), "UTF-8");
        message.setSentDate(Date.from(mail.date()));
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no out-of-office replies
        message.setHeader("X-Auto-Response-Suppress", "All"); // what Exchange asks for instead
        if (mail.attempt() > 1) {
            message.setHeader(ATTEMPT_HEADER, Integer.toString(mail.attempt()));
        }
        var parts = new MimeMultipart("alternative", part(mail.text(), "plain"), part(mail.html(), "html"));
        message.setContent(parts);
        message.saveChanges();
        var bytes = new ByteArrayOutputStream();
        try {
            message.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return new RenderedMail(mail.messageId(), bytes.toByteArray());
    }

    private static MimeBodyPart part(String text, String subtype) throws MessagingException {
        var part = new MimeBodyPart();
        part.setText(text.replace("\n", "\r\n"), "UTF-8", subtype);
        return part;
    }

    /// The bytes as a message for a transport, which is asked afterwards whether it was handed over to its end.
    HandedOver message(Session session) throws MessagingException {
        return new HandedOver(session, new ByteArrayInputStream(bytes));
    }

    static final class HandedOver extends MimeMessage {

        private boolean toItsEnd;

        private HandedOver(Session session, ByteArrayInputStream bytes) throws MessagingException {
            super(session, bytes);
        }

        @Override
        public void writeTo(java.io.OutputStream out, String[] ignored) throws IOException, MessagingException {
            super.writeTo(out, ignored);
            toItsEnd = true;
        }

        boolean isToItsEnd() {
            return toItsEnd;
        }
    }

    /// Lower-case hexadecimal.
    String sha256() {
        return sha256(bytes);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "RenderedMail[" + messageId + ", " + bytes.length + " bytes]";
    }
}
