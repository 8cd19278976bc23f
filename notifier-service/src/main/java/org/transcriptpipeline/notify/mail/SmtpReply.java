package org.transcriptpipeline.notify.mail;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.net.TlsFailure;
import org.transcriptpipeline.notify.channel.Outcome;

/// What an SMTP dialogue that failed means: told by where it stood and by the reply code (RFC 5321, 4.2), never by
/// somebody's words.
///
/// @param whileSigningIn before the first mail command; a failure here is not about this mail
/// @param toItsEnd whether the whole mail was written
/// @param lastCode the last reply code that the transport saw
/// @param words the server's last words
record SmtpReply(boolean whileSigningIn, boolean toItsEnd, int lastCode, String words, Exception failure) {

    static final int COMPLETED = 250;

    private static final int AUTHENTICATION_REQUIRED = 530;
    private static final int MECHANISM_TOO_WEAK = 534;
    private static final int CREDENTIALS_INVALID = 535;
    private static final int ENCRYPTION_REQUIRED = 538;
    private static final int CHAIN_LIMIT = 20;

    Outcome outcome() {
        var causes = causes();
        int code = code(causes);
        var reason = words.isBlank() ? failure.getClass().getSimpleName() : words.strip();
        if (code >= 400 && code <= 499) {
            return new Outcome.TryLater(reason, code, null);
        }
        boolean isOfTheChannel = switch (code) {
            case AUTHENTICATION_REQUIRED, MECHANISM_TOO_WEAK, CREDENTIALS_INVALID, ENCRYPTION_REQUIRED -> true;
            default -> false;
        };
        if (isOfTheChannel || (whileSigningIn && code >= 500)) {
            return new Outcome.Broken(reason, code);
        }
        if (code >= 500) {
            return new Outcome.Refused(reason, code);
        }
        if (causes.stream().anyMatch(c -> c instanceof AuthenticationFailedException || c instanceof SSLException)) {
            var tls = TlsFailure.of(failure);
            return new Outcome.Broken(tls == null ? failure.getClass().getSimpleName() : tls, null);
        }
        var cause = causes.getLast().getClass().getSimpleName();
        return toItsEnd
                ? new Outcome.Unanswered("the mail was handed over and no answer came: " + cause)
                : new Outcome.TryLater("the dialogue broke off: " + cause, null, null);
    }

    /// The recipient's own code where there is one: after it the transport says RSET, and that succeeds.
    private int code(List<Throwable> causes) {
        for (var cause : causes) {
            if (cause instanceof SMTPAddressFailedException address) {
                return address.getReturnCode();
            }
        }
        for (var cause : causes) {
            if (cause instanceof SMTPSenderFailedException sender) {
                return sender.getReturnCode();
            }
            if (cause instanceof SMTPSendFailedException send) {
                return send.getReturnCode();
            }
        }
        return lastCode;
    }

    private List<Throwable> causes() {
        var chain = new ArrayList<Throwable>();
        @Nullable Throwable next = failure;
        while (next != null && chain.size() < CHAIN_LIMIT) {
            chain.add(next);
            next = next instanceof MessagingException mail && mail.getNextException() != null
                    ? mail.getNextException()
                    : next.getCause();
        }
        return chain;
    }

    @Override
    public String toString() {
        return "SmtpReply[" + lastCode + "]";
    }
}
