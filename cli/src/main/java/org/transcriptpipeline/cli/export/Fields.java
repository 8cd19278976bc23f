package org.transcriptpipeline.cli.export;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.export.Column;

/// A row whose values are asked for by name.
final class Fields {

    private final Map<String, Integer> positions;
    private final @Nullable Object[] row;

    private Fields(Map<String, Integer> positions, @Nullable Object[] row) {
        this.positions = positions;
        this.row = row;
    }

    static Fields of(List<Column> columns, @Nullable Object[] row) {
        var positions = new HashMap<String, Integer>();
        for (int i = 0; i < columns.size(); i++) {
            positions.put(columns.get(i).name(), i);
        }
        return new Fields(positions, row);
    }

    private @Nullable Object value(String name) {
        var position = positions.get(name);
        if (position == null) {
            throw new IllegalStateException("the view has no column " + name);
        }
        return row[position];
    }

    @Nullable
    String text(String name) {
        var value = value(name);
        return value == null ? null : value.toString();
    }

    String textOr(String name, String otherwise) {
        var text = text(name);
        return text == null ? otherwise : text;
    }

    @Nullable
    Instant time(String name) {
        return (Instant) value(name);
    }

    List<String> texts(String name) {
        return value(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    @Override
    public String toString() {
        return "Fields" + positions.keySet(); // the values are somebody's words
    }
}
