package org.transcriptpipeline.ingest.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.signature.Proof.Reason;
import org.transcriptpipeline.signature.FormParameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The value of a record on `transcripts.quarantine`: everything that verifying once more, under a mended setting,
/// takes. Nothing in it is proved.
///
/// @param version of this form; a reader leaves alone what is above its own
/// @param endpoint the last segment of the path, see [Endpoint#path]
/// @param path raw, one character per byte
/// @param query raw, one character per byte
/// @param body the raw bytes; Base64 in JSON
/// @param reason why it could not be verified, in lower case
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record QuarantinedRequest(
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
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public QuarantinedRequest {
        requireNonNull(requestId, "requestId");
        requireNonNull(endpoint, "endpoint");
        requireNonNull(path, "path");
        requireNonNull(receivedAt, "receivedAt");
        requireNonNull(reason, "reason");
        signatures = signatures == null ? List.of() : List.copyOf(signatures); // empty ones are not written
        body = body == null ? new byte[0] : body;
    }

    /// Reads a record's value. Never throws for what is in it.
    ///
    /// @return unreadable: `empty`, `version` for one that a later release wrote, or `not_readable`
    public static EventCodec.Decoded<QuarantinedRequest> read(byte @Nullable [] value) {
        if (value == null || value.length == 0) {
            return new EventCodec.Unreadable<>("empty");
        }
        try {
            var request = MAPPER.readValue(value, QuarantinedRequest.class);
            return request.version > VERSION
                    ? new EventCodec.Unreadable<>("version")
                    : new EventCodec.Readable<>(request);
        } catch (JacksonException _) { // its message would quote the record
            return new EventCodec.Unreadable<>("not_readable");
        }
    }

    byte[] write() {
        return MAPPER.writeValueAsBytes(this);
    }

    /// The request as it was received, but for its peer and the password that it may have shown, which are not kept.
    ///
    /// @return null where it came to a door that this release does not know
    public @Nullable ReceivedRequest received() {
        var door = Endpoint.of("/" + endpoint);
        return door == null
                ? null
                : new ReceivedRequest(
                        requestId,
                        door,
                        path,
                        query,
                        "",
                        contentType,
                        signatures,
                        null,
                        idempotencyToken,
                        receivedAt,
                        body,
                        // what was kept had no more pairs than the service allows
                        door.takesForm() ? FormParameters.parse(body, Integer.MAX_VALUE) : FormParameters.NONE);
    }

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
