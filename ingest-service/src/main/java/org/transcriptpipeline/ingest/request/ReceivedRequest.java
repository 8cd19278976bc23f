package org.transcriptpipeline.ingest.request;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.signature.FormParameters;

/// One request, read once and complete. Both text fields of the target hold one character per byte (ISO-8859-1), so
/// that nothing is decoded or encoded anew between Twilio's signature and ours.
///
/// @param requestId our name for it, in the log line and the quarantine
/// @param path raw path of the request target
/// @param query raw query without the question mark; null where there is none
/// @param peer address of the other end of the connection, for budgets only
/// @param signatures every `X-Twilio-Signature` header
/// @param form the body read as a form; for other content types what such a reading would give, and nothing where a
///     form means nothing
public record ReceivedRequest(
        String requestId,
        Endpoint endpoint,
        String path,
        @Nullable String query,
        String peer,
        @Nullable String contentType,
        List<String> signatures,
        @Nullable String authorization,
        @Nullable String idempotencyToken,
        Instant receivedAt,
        byte[] body,
        FormParameters form) {

    public ReceivedRequest {
        signatures = List.copyOf(signatures);
    }

    /// Whether the body is a form. A request that does not name its type is taken for one, as all of Twilio's
    /// webhooks with a body other than JSON are.
    public boolean isForm() {
        return endpoint.takesForm()
                && (contentType == null
                        || contentType.isBlank()
                        || mediaType().equals("application/x-www-form-urlencoded"));
    }

    public boolean isJson() {
        if (!endpoint.takesForm()) {
            return true;
        }
        var type = mediaType();
        return type.equals("application/json") || type.endsWith("+json");
    }

    private String mediaType() {
        if (contentType == null) {
            return "";
        }
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /// The request's id and door; a body, a query and a signature are never printed.
    @Override
    public String toString() {
        return "ReceivedRequest[" + requestId + " " + endpoint.path() + "]";
    }
}
