package org.transcriptpipeline.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The links by which an operator takes a handoff: made by the notifier, recognised by the archiver, both with one
/// secret. A link names the handoff and stands for the destination that it was sent to; it carries nothing of a person.
public final class TakeLinks {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST_SECRET = 32;

    private final URI base;
    private final byte[] secret;

    /// @param base where the archiver is reached, `https://transcripts.example.com`
    /// @param secret at least 32 characters
    public TakeLinks(URI base, String secret) {
        if (secret.length() < SHORTEST_SECRET) {
            throw new IllegalArgumentException("the secret of links has fewer than " + SHORTEST_SECRET + " characters");
        }
        this.base = base;
        this.secret = secret.getBytes(UTF_8);
    }

    /// By the two settings that belong together.
    ///
    /// @param base `CONSOLE_BASE_URL`
    /// @param secret `HANDOFF_LINK_SECRET`
    /// @return null where neither is set: mails hold no such link
    /// @throws RulesException when only one is set, or one of them will not do
    public static @Nullable TakeLinks of(@Nullable String base, @Nullable String secret) {
        boolean hasBase = base != null && !base.isBlank();
        boolean hasSecret = secret != null && !secret.isBlank();
        if (!hasBase && !hasSecret) {
            return null;
        }
        if (base == null || secret == null || !hasBase || !hasSecret) {
            throw new RulesException("CONSOLE_BASE_URL and HANDOFF_LINK_SECRET belong together, and only "
                    + (hasBase ? "the first" : "the second") + " is set.");
        }
        if (secret.length() < SHORTEST_SECRET) {
            throw new RulesException("HANDOFF_LINK_SECRET has fewer than " + SHORTEST_SECRET + " characters.");
        }
        return new TakeLinks(WebAddress.of(base.strip(), "CONSOLE_BASE_URL"), secret);
    }

    /// @param destination the destination's fingerprint, 16 hexadecimal digits
    public URI link(String handoffId, String destination) {
        var root = base.toString().replaceAll("/+$", "");
        return URI.create(root + "/handoffs/" + handoffId + "/" + destination + "/" + token(handoffId, destination));
    }

    /// Takes as long for a wrong token as for the right one.
    public boolean isGenuine(String handoffId, String destination, String token) {
        return MessageDigest.isEqual(token(handoffId, destination).getBytes(UTF_8), token.getBytes(UTF_8));
    }

    private String token(String handoffId, String destination) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update("take\n".getBytes(UTF_8));
            mac.update((handoffId + "\n" + destination).getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
