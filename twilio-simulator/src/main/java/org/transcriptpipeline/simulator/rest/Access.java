package org.transcriptpipeline.simulator.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who may ask: the account with its token, or an API key with its secret.
final class Access {

    private final Map<String, String> passwords = new ConcurrentHashMap<>();

    void allow(String username, String password) {
        passwords.put(username, password);
    }

    boolean isAllowed(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Basic ")) {
            return false;
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(authorization.substring(6)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return false;
        }
        int colon = pair.indexOf(':');
        var password = colon < 0 ? null : passwords.get(pair.substring(0, colon));
        return password != null
                && MessageDigest.isEqual(
                        password.getBytes(StandardCharsets.UTF_8),
                        pair.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
    }
}
