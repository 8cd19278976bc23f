package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Twilio towards us: a request signed by an HMAC of its own, checked against Twilio's published vector. It can
/// repeat, reorder and forge.
public final class SignedWebhook {

    private record Pair(String name, String value) {}

    private final List<Pair> pairs = new ArrayList<>();
    private String publicUrl = "https://hooks.example.com";
    private String path = "/webhooks/conversations";
    private String query = "";
    private String token = Twilio.TOKEN;
    private String contentType = "application/x-www-form-urlencoded; charset=utf-8";
    private String body;
    private String signature;
    private boolean isSigned = true;

    public static SignedWebhook to(String path) {
        var webhook = new SignedWebhook();
        webhook.path = path;
        return webhook;
    }

    public static SignedWebhook event(String eventType) {
        return to("/webhooks/conversations").with("EventType", eventType).with("AccountSid", Twilio.ACCOUNT);
    }

    public SignedWebhook with(String name, String value) {
        pairs.add(new Pair(name, value));
        return this;
    }

    /// A form as it goes over the wire; what it decodes to is signed.
    public SignedWebhook withForm(String encoded) {
        for (var pair : encoded.split("&")) {
            int equals = pair.indexOf('=');
            with(
                    java.net.URLDecoder.decode(pair.substring(0, equals), UTF_8),
                    java.net.URLDecoder.decode(pair.substring(equals + 1), UTF_8));
        }
        body = encoded;
        return this;
    }

    /// A body that goes over the wire as it is, whatever was signed.
    public SignedWebhook sending(String rawBody) {
        body = rawBody;
        return this;
    }

    /// A JSON body, signed by its hash in the query.
    public SignedWebhook withJson(String json) {
        body = json;
        contentType = "application/json";
        query = (query.isEmpty() ? "" : query + "&") + "bodySHA256=" + sha256(json);
        return this;
    }

    public SignedWebhook ofType(String type) {
        contentType = type;
        return this;
    }

    public SignedWebhook withQuery(String rawQuery) {
        query = rawQuery;
        return this;
    }

    /// The address that Twilio was told.
    public SignedWebhook signedFor(String url) {
        publicUrl = url;
        return this;
    }

    public SignedWebhook signedWith(String otherToken) {
        token = otherToken;
        return this;
    }

    public SignedWebhook forged(String otherSignature) {
        signature = otherSignature;
        return this;
    }

    public SignedWebhook unsigned() {
        isSigned = false;
        return this;
    }

    public String body() {
        if (body != null) {
            return body;
        }
        return pairs.stream()
                .map(pair -> URLEncoder.encode(pair.name(), UTF_8) + "=" + URLEncoder.encode(pair.value(), UTF_8))
                .reduce((a, b) -> a + "&" + b)
                .orElse("");
    }

    public String target() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    public String signature() {
        if (signature != null) {
            return signature;
        }
        var values = new TreeMap<String, TreeSet<String>>();
        pairs.forEach(pair ->
                values.computeIfAbsent(pair.name(), _ -> new TreeSet<>()).add(pair.value()));
        var signed = new StringBuilder(publicUrl).append(target());
        values.forEach((name, distinct) ->
                distinct.forEach(value -> signed.append(name).append(value)));
        return hmac(token, signed.toString());
    }

    public HttpRequest request(int port) {
        return request(port, target());
    }

    /// @param receivedTarget the request target as a proxy left it
    public HttpRequest request(int port, String receivedTarget) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + receivedTarget))
                .POST(HttpRequest.BodyPublishers.ofString(body()));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        if (isSigned) {
            request.header("X-Twilio-Signature", signature());
        }
        return request.build();
    }

    static String hmac(String token, String signed) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(token.getBytes(UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
