package org.transcriptpipeline.notify.mail;

import org.jspecify.annotations.Nullable;

/// What came of handing a mail over. Reasons and responses may be a server's words, which name addresses: they go
/// into the ledger and nowhere else.
public sealed interface MailOutcome {

    /// The reply code that decided, null where there was none.
    @Nullable
    Integer smtpCode();

    /// The other side took it.
    ///
    /// @param contentSha256 of the bytes that were handed over, lower-case hexadecimal
    record Sent(String response, String contentSha256) implements MailOutcome {
        @Override
        public Integer smtpCode() {
            return SmtpReply.COMPLETED;
        }

        @Override
        public String toString() {
            return "Sent";
        }
    }

    /// Not now: a reply of 4xx, or no connection.
    record TryLater(String reason, @Nullable Integer smtpCode) implements MailOutcome {
        @Override
        public String toString() {
            return "TryLater[" + smtpCode + "]";
        }
    }

    /// The mail was handed over to its end, and no answer came: nobody knows whether it goes out.
    record Unanswered(String reason) implements MailOutcome {
        @Override
        public @Nullable Integer smtpCode() {
            return null;
        }

        @Override
        public String toString() {
            return "Unanswered";
        }
    }

    /// Never: a reply of 5xx.
    record Refused(String reason, @Nullable Integer smtpCode) implements MailOutcome {
        @Override
        public String toString() {
            return "Refused[" + smtpCode + "]";
        }
    }

    /// No mail can go out this way until somebody mends the set-up: a wrong password, a certificate that does not
    /// hold. Trying on would lock the account.
    record ChannelBroken(String reason, @Nullable Integer smtpCode) implements MailOutcome {
        @Override
        public String toString() {
            return "ChannelBroken[" + smtpCode + "]";
        }
    }
}
