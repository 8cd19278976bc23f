package org.transcriptpipeline.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.signature.FormParameters;

/// A form as text and as the types that Twilio means. Whatever cannot be understood is absent and noted, never
/// refused: the raw bytes are kept beside it.
final class Parameters implements NamedValues {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int NOTES_LIMIT = 100;

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();

    Parameters(FormParameters form) {
        if (form.hasInvalidEscape()) {
            note("invalid_escape");
        }
        for (var pair : form.pairs()) {
            values.computeIfAbsent(storable(pair.name()), _ -> new ArrayList<>(1))
                    .add(storable(pair.value()));
        }
    }

    /// Names in the order of the request, each with its values.
    Map<String, List<String>> all() {
        return values;
    }

    /// The first value, empty or not; null where the request does not have the parameter.
    @Nullable
    String text(String name) {
        var all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /// The first value; null where it is empty. For what has no meaning when it is empty: Twilio may send a null
    /// parameter so or leave it out.
    @Override
    public @Nullable String filled(String name) {
        var text = text(name);
        return text == null || text.isEmpty() ? null : text;
    }

    /// Every value that is not empty.
    List<String> allFilled(String name) {
        var all = values.get(name);
        return all == null
                ? List.of()
                : all.stream().filter(value -> !value.isEmpty()).toList();
    }

    @Override
    public void note(String note) {
        if (notes.size() < NOTES_LIMIT) {
            notes.add(note);
        }
    }

    /// Notes every name that is not among these. Names are somebody's words where they are not Twilio's: only what
    /// looks like a name is repeated.
    void noteUnknown(Set<String> known) {
        for (var name : values.keySet()) {
            if (!known.contains(name)) {
                note(NAME.matcher(name).matches() ? "unknown_parameter:" + name : "unknown_parameter");
            }
        }
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    private String storable(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        if (text.indexOf('\ufffd') >= 0 && !Arrays.equals(text.getBytes(UTF_8), bytes)) {
            note("invalid_utf8");
        }
        if (!StorableText.isStorable(text)) {
            note("nul");
        }
        return StorableText.of(text);
    }
}
