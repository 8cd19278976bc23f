package org.transcriptpipeline.ingest.webhook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// A body of Event Streams taken apart: a JSON array of events (`twilio-reference` 7.2), or a single one. Each event
/// is a verbatim slice of the body, since what Twilio signed is kept as it came.
///
/// @param slices the events; the whole body where it could not be taken apart
/// @param problem why it could not: `not_json` or `too_many_events`
record CloudEventBatch(List<byte[]> slices, @Nullable String problem) {

    /// Nothing is built here, so only the body's own limit counts; a value that is absurd is its own event's problem.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /// Never throws for what is in the body.
    ///
    /// @param limit events to take apart
    static CloudEventBatch of(byte[] body, int limit) {
        var slices = new ArrayList<byte[]>();
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            var first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (slices.size() == limit) {
                        return whole(body, "too_many_events");
                    }
                    slices.add(slice(parser, body));
                }
            } else if (first != null) {
                slices.add(slice(parser, body));
            }
            return first == null || parser.nextToken() != null
                    ? whole(body, "not_json")
                    : new CloudEventBatch(List.copyOf(slices), null);
        } catch (JacksonException e) { // its message would quote the body
            return whole(body, "not_json");
        }
    }

    private static CloudEventBatch whole(byte[] body, String problem) {
        return new CloudEventBatch(List.of(body), problem);
    }

    /// The bytes of the value that the parser is at, which it then has passed.
    private static byte[] slice(JsonParser parser, byte[] body) {
        long from = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        long to = parser.currentLocation().getByteOffset();
        if (from < 0) { // UTF-16 or 32, which have no byte offsets: JSON between systems is UTF-8 (RFC 8259)
            throw new tools.jackson.core.exc.StreamReadException(parser, "not UTF-8");
        }
        return Arrays.copyOfRange(body, Math.toIntExact(from), Math.toIntExact(to));
    }

    @Override
    public String toString() {
        return "CloudEventBatch[" + slices.size() + "]"; // somebody's words
    }
}
