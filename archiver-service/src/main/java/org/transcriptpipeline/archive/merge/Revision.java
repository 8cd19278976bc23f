package org.transcriptpipeline.archive.merge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// One value that a text of a message once had. The same value of the same second is the same revision, whoever saw
/// it, so that asking Twilio again invents none.
///
/// @param version the newest at which it was seen
public record Revision(Key key, String value, Version version) {

    /// The texts whose earlier values are kept.
    public enum Register {
        BODY(MessageState.Field.BODY, "body"),
        ATTRIBUTES(MessageState.Field.ATTRIBUTES, "attributes");

        private final MessageState.Field field;
        private final String columnValue;

        Register(MessageState.Field field, String columnValue) {
            this.field = field;
            this.columnValue = columnValue;
        }

        /// The name in the table.
        public String columnValue() {
            return columnValue;
        }
    }

    /// @param second epoch second of the edit; 0 for the first value
    /// @param contentSha256 of the value in UTF-8, lower-case hexadecimal
    public record Key(Register register, long second, String contentSha256) {}

    /// The value that a message has now; null where it has none.
    public static @Nullable Revision current(Register register, Registers<MessageState.Field> registers) {
        var versioned = registers.get(register.field);
        if (versioned == null) {
            return null;
        }
        var value = (String) versioned.value();
        var key = new Key(register, versioned.version().second(), sha256(value));
        return new Revision(key, value, versioned.version());
    }

    /// Whether the two differ in the value or in its second; most repeats differ in neither, and a hash costs.
    static boolean isContested(
            Register register, Registers<MessageState.Field> ours, Registers<MessageState.Field> theirs) {
        var a = ours.get(register.field);
        var b = theirs.get(register.field);
        return a != null
                && b != null
                && (a.version().second() != b.version().second() || !a.value().equals(b.value()));
    }

    Revision newer(Revision other) {
        return version.compareTo(other.version) >= 0 ? this : other;
    }

    private static String sha256(String value) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(value.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Revision[" + key.register() + " " + key.second() + "]"; // not the text
    }
}
