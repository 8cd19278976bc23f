package org.transcriptpipeline.cli.export;

import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The address of a participant, as one that a mail archive can search for. A mail address stays. Any other becomes a
/// mailbox of a domain below `transcripts.invalid`, which by RFC 2606 nobody can ever be reached at.
final class MailAddress {

    private static final String DOMAIN = ".transcripts.invalid";
    private static final Pattern MAIL =
            Pattern.compile("[A-Za-z0-9_%+-]+(\\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");
    private static final Pattern PREFIXED = Pattern.compile("([a-z]{1,20}):(.+)", Pattern.DOTALL);
    private static final int LONGEST_LOCAL_PART = 64;
    private static final int LONGEST_NAME = 200;

    private MailAddress() {}

    /// @param address `+15550100`, `whatsapp:+15550100`, an identity, or a mail address
    static InternetAddress of(String address) {
        var mailbox = new InternetAddress();
        if (MAIL.matcher(address).matches() && address.length() <= 254) {
            mailbox.setAddress(address);
            return mailbox;
        }
        var prefixed = PREFIXED.matcher(address);
        var isPrefixed = prefixed.matches();
        var host = isPrefixed ? prefixed.group(1) : address.startsWith("+") ? "phone" : "chat";
        mailbox.setAddress(localPart(isPrefixed ? prefixed.group(2) : address) + "@" + host + DOMAIN);
        try {
            mailbox.setPersonal(oneLine(address), StandardCharsets.UTF_8.name());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e); // every Java has it
        }
        return mailbox;
    }

    private static String localPart(String text) {
        var local = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            if (isPlain || b == '+' || b == '-' || b == '_') {
                local.append((char) b);
            } else {
                local.append('=').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        if (local.length() > LONGEST_LOCAL_PART || local.isEmpty()) {
            var digest = PrivateFiles.newSha256().digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        }
        return local.toString();
    }

    private static String oneLine(String text) {
        var line = VisibleText.of(text.replaceAll("\\R", " "));
        return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME);
    }
}
