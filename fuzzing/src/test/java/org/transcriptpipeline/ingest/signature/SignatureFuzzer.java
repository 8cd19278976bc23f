package org.transcriptpipeline.ingest.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.fuzzing.Finding;
import org.transcriptpipeline.fuzzing.ReferenceForm;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.signature.FormParameters;
import org.transcriptpipeline.signature.PublicUrls;

/// What Twilio signed is accepted, and the signature of one request proves no other. The input holds two bodies with
/// a line feed between them: the first is signed here by other code, the second is what an attacker makes of it.
public final class SignatureFuzzer {

    private static final String ACCOUNT = "AC" + "0123456789abcdef0123456789abcdef";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String HOST = "https://hooks.example.com";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final SignatureCheck CHECK = new SignatureCheck(
            Accounts.of(new SignatureProperties(
                    Map.of("one", new SignatureProperties.Account(ACCOUNT, List.of(TOKEN))),
                    List.of(HOST),
                    new SignatureProperties.FlowEnded(null, null))),
            PublicUrls.of(List.of(HOST)),
            new SignatureProperties.FlowEnded(null, null));

    private SignatureFuzzer() {}

    public static void fuzzerTestOneInput(byte[] input) {
        int split = new String(input, ISO_8859_1).indexOf('\n');
        var signed = split < 0 ? input : Arrays.copyOf(input, split);
        var forged = split < 0 ? input : Arrays.copyOfRange(input, split + 1, input.length);

        checkForm(signed, forged);
        checkJson(signed, forged);
        Finding.unless(
                !isProved(form("/webhooks/conversations", signed, new String(forged, ISO_8859_1)))
                        || new String(forged, ISO_8859_1).equals(formSignature("/webhooks/conversations", signed)),
                "a signature that was made up proves nothing");
    }

    private static void checkForm(byte[] signed, byte[] forged) {
        var path = "/webhooks/conversations";
        var signature = formSignature(path, signed);

        Finding.unless(isProved(form(path, signed, signature)), "a signed form is accepted");
        Finding.unless(
                isProved(form(path, forged, signature)) == signedPart(forged).equals(signedPart(signed)),
                "the signature of a form proves no other form");
        Finding.unless(
                !isProved(form("/webhooks/message-status", signed, signature)),
                "the signature of one path proves no other");
    }

    private static void checkJson(byte[] signed, byte[] forged) {
        var path = "/webhooks/event-streams";
        var query = "bodySHA256=" + sha256(signed);
        var signature = hmac(HOST + path + "?" + query);

        Finding.unless(isProved(json(path, query, signed, signature)), "a signed body is accepted");
        Finding.unless(
                isProved(json(path, query, forged, signature)) == Arrays.equals(forged, signed),
                "the signature of a body proves no other body");
        if (!Arrays.equals(forged, signed)) {
            var otherQuery = "bodySHA256=" + sha256(forged);
            Finding.unless(
                    !isProved(json(path, otherQuery, forged, signature)), "a hash that was exchanged proves nothing");
        }
    }

    private static boolean isProved(ReceivedRequest request) {
        return CHECK.check(request, Set.of()) instanceof Proof.Proved;
    }

    private static ReceivedRequest form(String path, byte[] body, String signature) {
        return request(path, null, FORM, body, signature);
    }

    private static ReceivedRequest json(String path, String query, byte[] body, String signature) {
        return request(path, query, "application/json", body, signature);
    }

    private static ReceivedRequest request(
            String path, @Nullable String query, String type, byte[] body, String signature) {
        var endpoint = path.endsWith("event-streams")
                ? Endpoint.EVENT_STREAMS
                : path.endsWith("message-status") ? Endpoint.MESSAGE_STATUS : Endpoint.CONVERSATIONS;
        return new ReceivedRequest(
                "fuzzed",
                endpoint,
                path,
                query,
                "127.0.0.1",
                type,
                List.of(signature),
                null,
                null,
                Instant.EPOCH,
                body,
                endpoint.takesForm() ? FormParameters.parse(body, Integer.MAX_VALUE) : FormParameters.NONE);
    }

    private static String formSignature(String path, byte[] body) {
        return hmac(HOST + path + signedPart(body));
    }

    private static String signedPart(byte[] body) {
        return ReferenceForm.signedPart(ReferenceForm.pairs(body));
    }

    private static String hmac(String signed) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(TOKEN.getBytes(UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
