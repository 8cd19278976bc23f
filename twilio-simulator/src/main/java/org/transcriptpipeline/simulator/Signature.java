package org.transcriptpipeline.simulator;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// `X-Twilio-Signature` as Twilio makes it for a form: Base64 of HMAC-SHA1 over the URL, then every name with its
/// value, sorted by name; of a repeated name the distinct values, sorted (twilio-node's validator and its issue 722;
/// Twilio's own page is /docs/usage/webhooks/webhooks-security).
public final class Signature {

    private static final String ALGORITHM = "HmacSHA1";

    private Signature() {}

    /// @param url as Twilio was told it, with its query and without its fragment
    public static String of(String authToken, String url, List<Parameter> parameters) {
        var values = new TreeMap<String, TreeSet<String>>(); // by code unit, as String.compareTo does
        for (var parameter : parameters) {
            values.computeIfAbsent(parameter.name(), _ -> new TreeSet<>()).add(parameter.value());
        }
        var signed = new StringBuilder(url);
        values.forEach(
                (name, ofName) -> ofName.forEach(value -> signed.append(name).append(value)));
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(authToken.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
