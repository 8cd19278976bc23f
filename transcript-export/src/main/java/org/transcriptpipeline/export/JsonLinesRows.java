package org.transcriptpipeline.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// JSON Lines in UTF-8: an object for each row, every column in it, nulls included. Times are ISO 8601 in UTC, lists
/// arrays, documents what they are.
public final class JsonLinesRows implements RowSink {

    private final JsonGenerator out;
    private final List<Column> columns;
    private boolean isEmpty = true;

    public JsonLinesRows(OutputStream out, List<Column> columns) {
        this.out = JsonMapper.shared()
                .writer()
                .withRootValueSeparator("\n")
                .createGenerator(new BufferedOutputStream(out, 1 << 16));
        this.columns = List.copyOf(columns);
    }

    @Override
    public void write(@Nullable Object[] row) throws IOException {
        try {
            object(out, columns, row);
            isEmpty = false;
        } catch (JacksonException e) {
            throw asIo(e);
        }
    }

    /// One row as an object, wherever it goes.
    public static void object(JsonGenerator out, List<Column> columns, @Nullable Object[] row) {
        out.writeStartObject();
        for (int i = 0; i < row.length; i++) {
            out.writeName(columns.get(i).name());
            var value = row[i];
            if (value == null) {
                out.writeNull();
            } else {
                value(out, columns.get(i).type(), value);
            }
        }
        out.writeEndObject();
    }

    private static void value(JsonGenerator out, ColumnType type, Object value) {
        switch (type) {
            case TEXT -> out.writeString((String) value);
            case JSON -> out.writeRawValue((String) value);
            case INTEGER -> out.writeNumber((Integer) value);
            case BIGINT -> out.writeNumber((Long) value);
            case NUMERIC -> out.writeNumber(((BigDecimal) value).toPlainString());
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case TIMESTAMP -> out.writeString(((Instant) value).toString());
            case TEXT_ARRAY -> out.writePOJO(value);
        }
    }

    @Override
    public void close() throws IOException {
        try (out) {
            if (!isEmpty) {
                out.writeRaw('\n');
            }
        } catch (JacksonException e) {
            throw asIo(e);
        }
    }

    /// What the disk said, which Jackson wraps. Jackson's own words could quote a row.
    public static IOException asIo(JacksonException e) {
        return e.getCause() instanceof IOException cause ? cause : new IOException("a row cannot be written as JSON");
    }
}
