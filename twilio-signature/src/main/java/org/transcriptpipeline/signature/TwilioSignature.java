package org.transcriptpipeline.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Twilio's signature, pure: Base64 of HMAC-SHA1 with the auth token over the URL and, for a form, each name sorted
/// by code unit with its distinct values sorted.
///
/// Sources: twilio.com/docs/usage/webhooks/webhooks-security; the treatment of repeated names is that of twilio-node
/// (`src/webhooks/webhooks.ts`), issue 722 there shows that Twilio signs so.
public final class TwilioSignature {

    private static final String ALGORITHM = "HmacSHA1";
    private static final String BODY_HASH = "bodySHA256";

    /// Text that holds one character per byte, ordered as the text that the bytes spell. Bytes that spell nothing
    /// are ordered by themselves.
    private static final Comparator<String> BY_CODE_UNIT = TwilioSignature::compare;

    private static final Comparator<String> DECODED = Comparator.<String, String>comparing(
                    bytes -> new String(bytes.getBytes(ISO_8859_1), UTF_8))
            .thenComparing(Comparator.naturalOrder());

    private TwilioSignature() {}

    /// As long as they are ASCII, which is what names are, nothing has to be decoded to know which one comes first.
    private static int compare(String one, String other) {
        int common = Math.min(one.length(), other.length());
        for (int i = 0; i < common; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a >= 0x80 || b >= 0x80) {
                return DECODED.compare(one, other);
            }
            if (a != b) {
                return a - b;
            }
        }
        return one.length() - other.length();
    }

    /// What a form adds to the URL.
    public static byte[] signedPartOf(FormParameters form) {
        var valuesByName = new TreeMap<String, TreeSet<String>>(BY_CODE_UNIT);
        for (var pair : form.pairs()) {
            valuesByName
                    .computeIfAbsent(new String(pair.name(), ISO_8859_1), _ -> new TreeSet<>(BY_CODE_UNIT))
                    .add(new String(pair.value(), ISO_8859_1));
        }
        var signed = new StringBuilder();
        valuesByName.forEach(
                (name, values) -> values.forEach(value -> signed.append(name).append(value)));
        return signed.toString().getBytes(ISO_8859_1);
    }

    /// @param url one character per byte; a fragment is not part of what is signed
    /// @param signedPart of the form, nothing for another body
    public static byte[] of(String token, String url, byte[] signedPart) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(token.getBytes(UTF_8), ALGORITHM));
            int fragment = url.indexOf('#');
            mac.update((fragment < 0 ? url : url.substring(0, fragment)).getBytes(ISO_8859_1));
            mac.update(signedPart);
            return Base64.getEncoder().encode(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /// The hash that Twilio put into the query of a request whose body is no form.
    public static @Nullable String bodyHashIn(@Nullable String query) {
        if (query == null) {
            return null;
        }
        for (var parameter : query.split("&")) {
            if (parameter.startsWith(BODY_HASH + "=")) {
                return parameter.substring(BODY_HASH.length() + 1);
            }
        }
        return null;
    }

    /// Whether the hash is that of the raw bytes. Twilio writes lower-case digits.
    public static boolean isHashOf(byte[] body, String hash) {
        try {
            var digits = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body));
            return MessageDigest.isEqual(digits.getBytes(ISO_8859_1), hash.getBytes(ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
