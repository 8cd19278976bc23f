package org.transcriptpipeline.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.ingest.signature.QuarantinedRequest;
import org.transcriptpipeline.signature.FormParameters;

/// A request as it arrived, or as somebody says that it did.
///
/// @param target path and query, raw, one character per byte
/// @param headers by lower-case name, values in their order
/// @param refusedFor the reason that the service gave; null where it is not known
record SuspectRequest(
        String target,
        Map<String, List<String>> headers,
        byte[] body,
        @Nullable String refusedFor) {

    private static final int MOST_PARAMETERS = 500;
    private static final String FORM = "application/x-www-form-urlencoded";

    SuspectRequest {
        headers = Map.copyOf(headers);
    }

    static SuspectRequest of(QuarantinedRequest kept) {
        var headers = new HashMap<String, List<String>>();
        headers.put("x-twilio-signature", kept.signatures());
        if (kept.contentType() != null) {
            headers.put("content-type", List.of(kept.contentType()));
        }
        return new SuspectRequest(
                kept.query() == null ? kept.path() : kept.path() + "?" + kept.query(),
                headers,
                kept.body(),
                kept.reason());
    }

    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Nullable
    String query() {
        int query = target.indexOf('?');
        return query < 0 ? null : target.substring(query + 1);
    }

    List<String> signatures() {
        return all("x-twilio-signature");
    }

    @Nullable
    String header(String name) {
        var values = all(name);
        return values.isEmpty() ? null : values.getFirst().strip();
    }

    List<String> all(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /// As ingest decides it: a request that does not name its type is taken for a form.
    boolean isForm() {
        var type = header("content-type");
        return type == null || type.isEmpty() || type.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    FormParameters form() {
        return FormParameters.parse(body, MOST_PARAMETERS);
    }

    FormParameters formWith(String encodedPairs) {
        var text = new String(body, ISO_8859_1);
        return FormParameters.parse(
                (text.isEmpty() ? encodedPairs : text + "&" + encodedPairs).getBytes(ISO_8859_1), MOST_PARAMETERS);
    }

    /// The first value of a parameter; null where it did not arrive.
    @Nullable
    String parameter(String name) {
        var values = form().valuesOf(name.getBytes(ISO_8859_1));
        return values.isEmpty() ? null : new String(values.getFirst(), ISO_8859_1);
    }

    List<String> parameterNames() {
        return form().pairs().stream()
                .map(pair -> new String(pair.name(), ISO_8859_1))
                .distinct()
                .toList();
    }

    SuspectRequest withBody(byte[] other) {
        return new SuspectRequest(target, headers, other, refusedFor);
    }

    /// The bodies that a pasted text can stand for: an editor or a shell puts a line break at the end.
    Stream<SuspectRequest> readings() {
        int end = body.length;
        while (end > 0 && (body[end - 1] == '\n' || body[end - 1] == '\r')) {
            end--;
        }
        return end == body.length ? Stream.of(this) : Stream.of(withBody(Arrays.copyOf(body, end)), this);
    }

    @Override
    public String toString() {
        return "SuspectRequest[]"; // what a customer or a stranger wrote
    }
}
