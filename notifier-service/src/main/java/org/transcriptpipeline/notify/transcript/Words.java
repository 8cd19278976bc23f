package org.transcriptpipeline.notify.transcript;

import java.util.Locale;

/// The few grammar rules that we need.
final class Words {

    private Words() {}

    /// `1 message`, `2 messages`, `12 345 messages`.
    static String count(long number, String noun) {
        return number(number) + " " + noun + (number == 1 ? "" : "s");
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', '\u00A0');
    }

    static String size(long bytes) {
        if (bytes < 1024) {
            return count(bytes, "byte");
        }
        return bytes < 1024 * 1024
                ? Math.round(bytes / 1024.0) + " KB"
                : String.format(Locale.ROOT, "%.1f MB", bytes / (1024.0 * 1024.0));
    }

    static String channel(String channel) {
        return switch (channel) {
            case "sms" -> "SMS";
            case "mms" -> "MMS";
            case "group_mms" -> "group MMS";
            case "whatsapp" -> "WhatsApp";
            case "messenger" -> "Messenger";
            case "rcs" -> "RCS";
            default -> channel;
        };
    }
}
