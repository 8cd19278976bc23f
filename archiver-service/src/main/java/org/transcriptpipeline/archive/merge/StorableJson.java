package org.transcriptpipeline.archive.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.StorableText;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// JSON that a `jsonb` column takes without refusing or bending it: one whole value, at most 64 KB, at most 64 deep, no
/// NUL and no lone surrogate in any string, numbers of a sane size.
public final class StorableJson {

    private static final int MAX_BYTES = 64 * 1024;
    private static final String BYTE_ORDER_MARK = "\uFEFF"; // Jackson leaves it out, Postgres does not know it
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER_LENGTH = 100;
    private static final int MAX_EXPONENT = 300;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(MAX_BYTES)
                    .build())
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private StorableJson() {}

    /// The same text where it is storable, otherwise null.
    public static @Nullable String orNull(@Nullable String text) {
        return text != null && isStorable(text) ? text : null;
    }

    /// Our own value as JSON; null where it is not storable.
    static @Nullable String of(Object value) {
        try {
            return orNull(MAPPER.writeValueAsString(value));
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean isStorable(String text) {
        if (text.equals("{}")) {
            return true; // what most have
        }
        if (text.length() > MAX_BYTES || !StorableText.isStorable(text) || text.startsWith(BYTE_ORDER_MARK)) {
            return false;
        }
        // As bytes: of characters Jackson 3.1.5 looks at the lower half only, and takes some letters for hex digits of
        // an escape.
        var bytes = text.getBytes(UTF_8);
        if (bytes.length > MAX_BYTES) {
            return false;
        }
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            while (parser.nextToken() != null && isStorable(parser)) {
                if (parser.streamReadContext().inRoot()) { // the value is complete, and jsonb takes only one
                    return parser.nextToken() == null;
                }
            }
            return false;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static boolean isStorable(JsonParser parser) {
        var token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME) {
            return StorableText.isStorable(parser.getString());
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            var number = parser.getString();
            int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
            return exponent < 0
                    || Math.abs(Long.parseLong(withoutPlus(number.substring(exponent + 1)))) <= MAX_EXPONENT;
        }
        return true;
    }

    private static String withoutPlus(String digits) {
        var plain = digits.startsWith("+") ? digits.substring(1) : digits;
        return plain.length() > 6 ? "999999" : plain;
    }
}
