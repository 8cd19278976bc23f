package org.transcriptpipeline.notify.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Where something goes, one recipient each.
///
/// @param address of a mail destination its e-mail address, of any other its name in the rules: a URL may be a secret,
///     and a wrong one can be mended without losing what is planned
public record Destination(DestinationKind kind, String address) {

    private static final int FINGERPRINT_BYTES = 8;

    /// Stands for the destination where an address must not be seen: in a Message-ID, a job's name, a log line.
    ///
    /// @return 16 hexadecimal digits
    public String fingerprint() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(kind.wireName().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(address.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Shows no address.
    @Override
    public String toString() {
        return kind.wireName() + ":" + fingerprint();
    }
}
