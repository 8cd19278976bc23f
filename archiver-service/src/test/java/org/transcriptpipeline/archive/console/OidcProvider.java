package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// An OpenID Connect provider that asks nobody for a password: whoever comes is the user whom the test named.
/// Discovery, authorization code, token and keys, as OpenID Connect Core 1.0 and Discovery 1.0 have them.
final class OidcProvider implements AutoCloseable {

    static final String CLIENT_ID = "console";
    static final String CLIENT_SECRET = "a planted secret of the client";

    private final HttpServer server;
    private final RSAKey key;
    private final Map<String, String> nonces = new ConcurrentHashMap<>();
    private volatile String name = "nobody";
    private volatile Object groups = List.of();
    private volatile @Nullable RSAKey otherKey;

    OidcProvider() throws IOException, JOSEException {
        this.key = new RSAKeyGenerator(2048).keyID("1").generate();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/.well-known/openid-configuration", this::configuration);
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.createContext("/keys", exchange -> answer(exchange, new JWKSet(key.toPublicJWK()).toString()));
        server.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Who comes next.
    ///
    /// @param groups a list of texts, or one
    void vouchFor(String name, Object groups) {
        this.name = name;
        this.groups = groups;
    }

    /// Signs with a key from now on that is not among those it shows.
    void isImpersonated() throws JOSEException {
        this.otherKey = new RSAKeyGenerator(2048).keyID("1").generate();
    }

    private void configuration(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                JsonMapper.shared()
                        .writeValueAsString(Map.of(
                                "issuer", issuer(),
                                "authorization_endpoint", issuer() + "/authorize",
                                "token_endpoint", issuer() + "/token",
                                "jwks_uri", issuer() + "/keys",
                                "response_types_supported", List.of("code"),
                                "subject_types_supported", List.of("public"),
                                "id_token_signing_alg_values_supported", List.of("RS256"),
                                "token_endpoint_auth_methods_supported", List.of("client_secret_basic"))));
    }

    private void authorize(HttpExchange exchange) throws IOException {
        var query = fields(exchange.getRequestURI().getRawQuery());
        var code = UUID.randomUUID().toString();
        nonces.put(code, String.valueOf(query.get("nonce")));
        exchange.getResponseHeaders()
                .set("Location", query.get("redirect_uri") + "?code=" + code + "&state=" + query.get("state"));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        var fields = fields(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        var expected = "Basic "
                + Base64.getEncoder()
                        .encodeToString((CLIENT_ID + ":" + CLIENT_SECRET.replace(' ', '+')).getBytes(UTF_8));
        var nonce = nonces.remove(String.valueOf(fields.get("code")));
        if (nonce == null || !expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        answer(
                exchange,
                JsonMapper.shared()
                        .writeValueAsString(Map.of(
                                "access_token",
                                UUID.randomUUID().toString(),
                                "token_type",
                                "Bearer",
                                "expires_in",
                                60,
                                "id_token",
                                idToken(nonce))));
    }

    private String idToken(String nonce) throws IOException {
        var now = Instant.now();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("1").build(),
                new JWTClaimsSet.Builder()
                        .issuer(issuer())
                        .audience(CLIENT_ID)
                        .subject("subject of " + name)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(60)))
                        .claim("nonce", nonce)
                        .claim("preferred_username", name)
                        .claim("groups", groups)
                        .build());
        try {
            token.sign(new RSASSASigner(otherKey == null ? key : otherKey));
        } catch (JOSEException e) {
            throw new IOException(e);
        }
        return token.serialize();
    }

    private static Map<String, String> fields(@Nullable String encoded) {
        var fields = new HashMap<String, String>();
        for (var field : String.valueOf(encoded).split("&")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), URLDecoder.decode(field.substring(equals + 1), UTF_8));
            }
        }
        return fields;
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        var bytes = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
