package org.transcriptpipeline.twilio.json;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads Twilio's answers. Fields that we do not know are passed over, values of lists are kept as they came.
public final class TwilioJson {

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /// @throws UnreadableAnswerException not JSON, not all of it, or without a field that it must have
    public <T> T read(byte[] body, Class<T> type) {
        try {
            return present(mapper.readValue(body, type));
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /// @param key the list's name in the page
    /// @throws UnreadableAnswerException also when the list is missing
    public <T> Listed<T> readPage(byte[] body, String key, Class<T> type) {
        var root = read(body, JsonNode.class);
        var list = root.path(key);
        if (!list.isArray()) {
            throw new UnreadableAnswerException("it has no list " + key);
        }
        var items = new ArrayList<T>(list.size());
        try {
            for (var item : list) {
                items.add(present(mapper.treeToValue(item, type)));
            }
        } catch (JacksonException e) {
            throw unreadable(e);
        }
        return new Listed<>(items, nextPage(root));
    }

    /// Twilio's own code in the body of an error; null where there is none.
    public @Nullable Integer errorCode(byte[] body) {
        try {
            var code = mapper.readTree(body).path("code");
            return code.isInt() ? code.intValue() : null;
        } catch (JacksonException e) {
            return null; // a proxy's page, for instance: then the HTTP status has to tell
        }
    }

    /// JSON text, for parameters that are objects.
    public String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    /// `meta.next_page_url`, absolute; in API 2010-04-01 `next_page_uri`, relative.
    private static @Nullable String nextPage(JsonNode root) {
        var next = root.has("meta") ? root.path("meta").path("next_page_url") : root.path("next_page_uri");
        if (next.isMissingNode() || next.isNull()) {
            return null;
        }
        if (!next.isString()) {
            throw new UnreadableAnswerException("its link to the next page is not a text");
        }
        return next.stringValue().isEmpty() ? null : next.stringValue();
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new UnreadableAnswerException("it is empty");
        }
        return value;
    }

    /// Without the cause: it quotes what it could not read.
    private static UnreadableAnswerException unreadable(JacksonException e) {
        return new UnreadableAnswerException(e.getClass().getSimpleName());
    }

    /// One page of a list.
    ///
    /// @param nextPage the link as it came; null at the end
    public record Listed<T>(List<T> items, @Nullable String nextPage) {

        @Override
        public String toString() {
            return "Listed[items=" + items.size() + "]";
        }
    }
}
