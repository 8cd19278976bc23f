package org.transcriptpipeline.ingest.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.signature.Proof.Reason;

/// The value of a record on `transcripts.quarantine`: everything that verifying once more, under a mended setting,
/// takes. Nothing in it is proved.
///
/// @param version of this form; a reader keeps aside what is above its own
/// @param path raw, one character per byte
/// @param query raw, one character per byte
/// @param body the raw bytes; Base64 in JSON
/// @param reason why it could not be verified, in lower case
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record QuarantinedRequest(
        int version,
        String requestId,
        String endpoint,
        String path,
        @Nullable String query,
        @Nullable String contentType,
        List<String> signatures,
        @Nullable String idempotencyToken,
        Instant receivedAt,
        String reason,
        byte[] body) {

    private static final int VERSION = 1;
    private static final int SIGNATURE_LIMIT = 256; // a real one has 28 characters

    static QuarantinedRequest of(ReceivedRequest request, Reason reason) {
        return new QuarantinedRequest(
                VERSION,
                request.requestId(),
                request.endpoint().path(),
                request.path(),
                request.query(),
                request.contentType(),
                request.signatures().stream()
                        .limit(2) // enough to show that there was more than one
                        .map(signature -> signature.substring(0, Math.min(signature.length(), SIGNATURE_LIMIT)))
                        .toList(),
                request.idempotencyToken(),
                request.receivedAt(),
                reason.name().toLowerCase(Locale.ROOT),
                request.body());
    }

    /// Bytes that it costs to keep, about.
    static int sizeOf(ReceivedRequest request) {
        var query = request.query() == null ? "" : request.query();
        return request.body().length * 4 / 3 + (request.path() + query).getBytes(ISO_8859_1).length + 512;
    }

    @Override
    public String toString() {
        return "QuarantinedRequest[" + requestId + "]"; // what a stranger or a customer wrote
    }
}
