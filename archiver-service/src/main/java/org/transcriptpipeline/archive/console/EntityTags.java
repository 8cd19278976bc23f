package org.transcriptpipeline.archive.console;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/// Tells an answer by its bytes, so that who has it already need not get it again: Spring answers 304 where
/// `If-None-Match` names it. It may be kept by who asked, and by nobody in between, and is asked for again each time
/// (`no-store` would forbid even to compare): whoever may no longer see a conversation does not get it from a cache.
final class EntityTags {

    static final String CACHE_CONTROL = "private, no-cache";

    private static final JsonMapper JSON = JsonMapper.shared();

    private EntityTags() {}

    static ResponseEntity<Object> json(Object answer, HttpHeaders headers) {
        return json(JSON.writeValueAsBytes(answer), headers);
    }

    static ResponseEntity<Object> json(byte[] body, HttpHeaders headers) {
        return ResponseEntity.ok()
                .headers(headers)
                .header(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL)
                .contentType(MediaType.APPLICATION_JSON)
                .eTag(tag(newSha256().digest(body)))
                .body(body);
    }

    /// @return strong, in quotes
    static String tag(byte[] sha256) {
        return '"' + HexFormat.of().formatHex(sha256) + '"';
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
