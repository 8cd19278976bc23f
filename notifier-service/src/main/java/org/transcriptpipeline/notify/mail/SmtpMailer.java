package org.transcriptpipeline.notify.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.util.Map;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.transcriptpipeline.notify.channel.Outcome;

/// Hands mails to an SMTP server, by Spring's settings (`spring.mail.*`) and a dialogue of our own: Spring's sender
/// gives an exception where we need the reply code and how far it came.
final class SmtpMailer implements Mailer {

    private static final Logger log = LoggerFactory.getLogger(SmtpMailer.class);

    /// Jakarta Mail waits for ever by default. After the final dot RFC 5321 (4.5.3.2.6) asks for ten minutes:
    /// whoever hangs up earlier sends a second time what the server has taken. The goodbye is not waited for at
    /// all.
    private static final Map<String, String> LIMITS = Map.of(
            "connectiontimeout", "10000",
            "timeout", "600000",
            "writetimeout", "60000",
            "quitwait", "false");

    /// A certificate has to be of the host that was asked for, which was off by default for twenty years. And where it
    /// does not suit the authorities that were configured, those of the JDK are not tried after them.
    private static final Map<String, String> PRIVACY =
            Map.of("ssl.checkserveridentity", "true", "socketFactory.fallback", "false");

    private final Session session;
    private final String protocol;
    private final JavaMailSenderImpl settings;

    SmtpMailer(JavaMailSenderImpl settings) {
        this.settings = settings;
        this.protocol = settings.getProtocol() == null ? JavaMailSenderImpl.DEFAULT_PROTOCOL : settings.getProtocol();
        var properties = new Properties();
        LIMITS.forEach((name, value) -> properties.put("mail." + protocol + "." + name, value));
        PRIVACY.forEach((name, value) -> properties.put("mail." + protocol + "." + name, value));
        properties.putAll(settings.getJavaMailProperties());
        this.session = Session.getInstance(properties);
    }

    @Override
    public Outcome send(RenderedMail mail) {
        RenderedMail.HandedOver message;
        SMTPTransport transport;
        try {
            message = mail.message(session);
            transport = (SMTPTransport) session.getTransport(protocol);
        } catch (MessagingException e) {
            return new Outcome.Broken("no transport for " + protocol, null);
        }
        boolean signingIn = true;
        try {
            transport.connect(settings.getHost(), settings.getPort(), settings.getUsername(), settings.getPassword());
            signingIn = false;
            transport.sendMessage(message, message.getAllRecipients());
            return new Outcome.Sent(
                    String.valueOf(transport.getLastServerResponse()).strip(), mail.sha256(), SmtpReply.COMPLETED);
        } catch (MessagingException | RuntimeException e) {
            if (signingIn && lacksRequiredEncryption(transport)) {
                return new Outcome.Broken("the mail server offers no STARTTLS, and it is required", null);
            }
            var words = transport.getLastServerResponse();
            return new SmtpReply(
                            signingIn,
                            message.isToItsEnd(),
                            transport.getLastReturnCode(),
                            words == null ? "" : words,
                            e)
                    .outcome();
        } finally {
            close(transport);
        }
    }

    /// The transport has no exception of its own for it.
    private boolean lacksRequiredEncryption(SMTPTransport transport) {
        return "true".equals(session.getProperty("mail." + protocol + ".starttls.required"))
                && transport.getLastReturnCode() == SmtpReply.COMPLETED
                && !transport.supportsExtension("STARTTLS")
                && transport.getLastServerResponse().contains("\n"); // what was answered is EHLO
    }

    /// Whatever happens here, the mail's outcome is known.
    private static void close(SMTPTransport transport) {
        try {
            transport.close();
        } catch (MessagingException | RuntimeException e) {
            log.debug("The mail server did not say goodbye: {}", e.getClass().getSimpleName());
        }
    }
}
