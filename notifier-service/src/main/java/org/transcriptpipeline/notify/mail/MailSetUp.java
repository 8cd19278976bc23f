package org.transcriptpipeline.notify.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.rules.Destination;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.Target;

/// Whether mail can go out at all, by what the settings say.
public final class MailSetUp {

    private final @Nullable String from;
    private final boolean hasWay;

    MailSetUp(@Nullable String from, boolean hasWay) {
        this.from = from == null || from.isBlank() ? null : from.strip();
        this.hasWay = hasWay;
    }

    /// Refuses settings under which these destinations would never get a mail. An address is not quoted: this ends up
    /// in a log.
    public void requireUsableFor(List<Destination> destinations) {
        boolean areRules = false;
        boolean isAnybody = false;
        for (var destination : destinations) {
            if (!(destination.target() instanceof Target.Email(var recipients, var replyTo))) {
                continue;
            }
            isAnybody = true;
            areRules |= !destination.name().startsWith(HandoffRules.EVERYONE);
            if (!recipients.stream().allMatch(MailSetUp::isAddress) || (replyTo != null && !isAddress(replyTo))) {
                throw new UnusableMailSettingsException(
                        "An address of the destination " + destination.name() + " is no e-mail address.",
                        "Give plain addresses: one@example.com");
            }
        }
        if (!isAnybody) {
            return;
        }
        var wish = areRules ? "Rules send mail" : "HANDOFF_EMAIL_TO is set";
        if (from == null) {
            throw new UnusableMailSettingsException(
                    wish + " and HANDOFF_EMAIL_FROM is not set: a mail needs a sender.",
                    "Set HANDOFF_EMAIL_FROM to an address that your mail server lets you send from.");
        }
        if (!hasWay) {
            throw new UnusableMailSettingsException(
                    wish + ", but there is no mail server to send by.",
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
