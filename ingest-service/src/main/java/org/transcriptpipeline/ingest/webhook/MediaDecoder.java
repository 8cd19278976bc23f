package org.transcriptpipeline.ingest.webhook;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.MediaItem;
import org.transcriptpipeline.event.StorableText;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads `Media`, a JSON array as text. The names of its keys are not documented for webhooks; other sources of
/// Twilio spell them `sid`, `MediaSid`, `content_type` (`twilio-reference` 2.7).
final class MediaDecoder {

    private final JsonMapper mapper = JsonMapper.builder().build();

    /// Null where the request does not have the parameter, or where it cannot be read, which is noted.
    @Nullable
    List<MediaItem> decode(Parameters parameters, String name) {
        var text = parameters.filled(name);
        if (text == null) {
            return null;
        }
        JsonNode list;
        try {
            list = mapper.readTree(text);
        } catch (JacksonException e) {
            parameters.note("invalid_media:" + name);
            return null;
        }
        return items(list, () -> parameters.note("invalid_media:" + name));
    }

    /// The items of a list. What is none is reported and left out; null where there is no list.
    static @Nullable List<MediaItem> items(JsonNode list, Runnable report) {
        if (!list.isArray()) {
            report.run();
            return null;
        }
        var items = new ArrayList<MediaItem>();
        for (var item : list) {
            if (item.isObject()) {
                items.add(new MediaItem(
                        text(item, "Sid", "MediaSid", "sid", "media_sid"),
                        text(item, "ContentType", "content_type", "contentType"),
                        text(item, "Filename", "filename", "FileName"),
                        size(item)));
            } else {
                report.run();
            }
        }
        return items;
    }

    private static @Nullable String text(JsonNode item, String... keys) {
        for (var key : keys) {
            var value = item.get(key);
            if (value != null && value.isString() && !value.stringValue().isEmpty()) {
                return StorableText.of(value.stringValue());
            }
        }
        return null;
    }

    private static @Nullable Long size(JsonNode item) {
        for (var key : List.of("Size", "size")) {
            var value = item.get(key);
            if (value != null && value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
                return value.longValue();
            }
            if (value != null && value.isString() && value.stringValue().matches("\\d{1,18}")) {
                return Long.valueOf(value.stringValue());
            }
        }
        return null;
    }
}
