package org.transcriptpipeline.snapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The snapshot as text, and its hash. Thread-safe.
public final class SnapshotCodec {

    private final JsonMapper mapper = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public String encode(TranscriptSnapshot snapshot) {
        return mapper.writeValueAsString(snapshot);
    }

    /// @throws tools.jackson.core.JacksonException when this is no snapshot
    public TranscriptSnapshot decode(String content) {
        return mapper.readValue(content, TranscriptSnapshot.class);
    }

    /// SHA-256 of the text in UTF-8, lower-case hexadecimal.
    public static String sha256(String content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(content.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
