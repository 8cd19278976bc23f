package org.transcriptpipeline.notify.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether mail can go out at all, by what the settings say.
public final class MailSetUp {

    private final @Nullable String from;
    private final boolean hasWay;

    MailSetUp(@Nullable String from, boolean hasWay) {
        this.from = from == null || from.isBlank() ? null : from.strip();
        this.hasWay = hasWay;
    }

    /// Refuses settings under which these recipients would never get anything. An address is named by its place:
    /// this ends up in a log.
    public void requireUsableFor(List<String> recipients) {
        for (int i = 0; i < recipients.size(); i++) {
            if (!isAddress(recipients.get(i))) {
                throw new UnusableMailSettingsException(
                        "Entry " + (i + 1) + " of HANDOFF_EMAIL_TO is no e-mail address.",
                        "Give plain addresses separated by commas: one@example.com,two@example.com");
            }
        }
        if (recipients.isEmpty()) {
            return;
        }
        if (from == null) {
            throw new UnusableMailSettingsException(
                    "HANDOFF_EMAIL_TO is set and HANDOFF_EMAIL_FROM is not: a mail needs a sender.",
                    "Set HANDOFF_EMAIL_FROM to an address that your mail server lets you send from.");
        }
        if (!hasWay) {
            throw new UnusableMailSettingsException(
                    "HANDOFF_EMAIL_TO is set, but there is no mail server to send by.",
                    "Set SPRING_MAIL_HOST (and _PORT, _USERNAME, _PASSWORD), or"
                            + " TRANSCRIPTS_HANDOFF_OUTBOX_DIRECTORY to have mails written as files.");
        }
    }

    /// The sender. Null where none is set.
    @Nullable
    InternetAddress sender() {
        if (from == null) {
            return null;
        }
        try {
            var parsed = InternetAddress.parse(from, true);
            if (parsed.length == 1 && isAddress(parsed[0].getAddress())) {
                return parsed[0];
            }
        } catch (AddressException e) {
            // said below, without the words that hold the address
        }
        throw new UnusableMailSettingsException(
                "HANDOFF_EMAIL_FROM is no e-mail address.",
                "Give one address: pipeline@example.com or Transcripts <pipeline@example.com>");
    }

    private static boolean isAddress(String text) {
        try {
            new InternetAddress(text, true).validate();
            int at = text.lastIndexOf('@');
            return at > 0 && at < text.length() - 1 && text.chars().allMatch(c -> c > ' ' && c < 127);
        } catch (AddressException e) {
            return false;
        }
    }
}
