package org.transcriptpipeline.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The links by which an operator takes a handoff: made by the notifier, recognised by the archiver, both with one
/// secret. A link names the handoff and stands for the destination that it was sent to; it carries nothing of a person.
public final class TakeLinks {

    private static final String ALGORITHM = "HmacSHA256";

    private final URI base;
    private final byte[] secret;

    /// @param base where the archiver is reached, `https://transcripts.example.com`
    /// @param secret at least 32 characters
    public TakeLinks(URI base, String secret) {
        if (secret.length() < 32) {
            throw new IllegalArgumentException("the secret of links has fewer than 32 characters");
        }
        this.base = base;
        this.secret = secret.getBytes(UTF_8);
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
