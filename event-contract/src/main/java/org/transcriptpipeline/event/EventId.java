package org.transcriptpipeline.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Makes an event's id from what was sent, so that a repeated request is the same event.
public final class EventId {

    private EventId() {}

    /// The id of a request: a hash of account, kind and raw body.
    ///
    /// @return 32 hexadecimal digits
    public static String of(String accountSid, SourceKind kind, byte[] body) {
        return hash(accountSid, kind, body, null);
    }

    /// The id of a flow-ended request that names no execution. Two runs of a flow send the same bytes then, so the
    /// idempotency token is part of the hash, or the receive time where there is no token.
    public static String ofFlowEnd(
            String accountSid, byte[] body, @Nullable String idempotencyToken, Instant receivedAt) {
        return hash(
                accountSid,
                SourceKind.FLOW_ENDED,
                body,
                idempotencyToken != null ? idempotencyToken : receivedAt.toString());
    }

    private static String hash(String accountSid, SourceKind kind, byte[] body, @Nullable String salt) {
        var digest = sha256();
        update(digest, accountSid);
        update(digest, kind.wireName());
        update(digest, salt);
        digest.update(body);
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static void update(MessageDigest digest, @Nullable String part) {
        if (part != null) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
        }
        digest.update((byte) 0); // a separator, so that moving a character between parts changes the hash
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
