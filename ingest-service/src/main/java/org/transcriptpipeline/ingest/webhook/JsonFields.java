package org.transcriptpipeline.ingest.webhook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.MediaItem;
import org.transcriptpipeline.event.StorableText;
import tools.jackson.databind.JsonNode;

/// A JSON object as the types that Twilio means. A number may come as text and the other way round; what cannot be
/// understood is absent and noted, never refused. Fields that nobody asks for are Twilio's additions and no news.
final class JsonFields implements NamedValues {

    private static final int NOTES_LIMIT = 100;

    private final JsonNode object;
    private final Set<String> notes;

    JsonFields(JsonNode object) {
        this(object, new LinkedHashSet<>());
    }

    private JsonFields(JsonNode object, Set<String> notes) {
        this.object = object;
        this.notes = notes;
    }

    /// The object in a field; null where there is none.
    @Nullable
    JsonFields object(String name) {
        var value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            note("invalid_object:" + name);
            return null;
        }
        return new JsonFields(value, notes);
    }

    /// Text, empty or not; null where there is none.
    @Nullable
    String text(String name) {
        var value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isValueNode()) {
            note("invalid_text:" + name);
            return null;
        }
        return storable(value.asString());
    }

    /// JSON that is text in one source and may be an object in another.
    @Nullable
    String jsonText(String name) {
        var value = value(name);
        return value == null || value.isValueNode() ? text(name) : storable(value.toString());
    }

    /// Text; null where it is empty.
    @Override
    public @Nullable String filled(String name) {
        var text = text(name);
        return text == null || text.isEmpty() ? null : text;
    }

    /// The texts of a list, or the one text that stands for it.
    List<String> allFilled(String name) {
        var value = value(name);
        if (value == null || !value.isArray()) {
            var only = filled(name);
            return only == null ? List.of() : List.of(only);
        }
        var all = new ArrayList<String>();
        for (var item : value) {
            if (!item.isString()) {
                note("invalid_text:" + name);
            } else if (!item.stringValue().isEmpty()) {
                all.add(storable(item.stringValue()));
            }
        }
        return all;
    }

    @Nullable
    List<MediaItem> media(String name) {
        var value = value(name);
        return value == null ? null : MediaDecoder.items(value, () -> note("invalid_media:" + name));
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    private @Nullable JsonNode value(String name) {
        var value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private String storable(String text) {
        if (!StorableText.isStorable(text)) {
            note("nul");
        }
        return StorableText.of(text);
    }

    @Override
    public void note(String note) {
        if (notes.size() < NOTES_LIMIT) {
            notes.add(note);
        }
    }
}
