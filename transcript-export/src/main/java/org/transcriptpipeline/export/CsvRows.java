package org.transcriptpipeline.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// CSV by RFC 4180 in UTF-8, without a byte order mark, with a header and CRLF at each end of a row.
///
/// A null is an empty field without quotes; an empty text is `""`, as every text is quoted. Times are ISO 8601 in UTC,
/// lists and documents JSON, numbers and `true`/`false` bare. Unless it is raw, texts pass [FormulaGuard].
public final class CsvRows implements RowSink {

    private final Writer out;
    private final List<Column> columns;
    private final boolean isRaw;
    private final JsonMapper json = JsonMapper.shared();

    /// @param isRaw leaves texts as they are, formulas included: for programs
    public CsvRows(OutputStream out, List<Column> columns, boolean isRaw) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
        this.columns = List.copyOf(columns);
        this.isRaw = isRaw;
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                this.out.write(',');
            }
            quoted(columns.get(i).name());
        }
        this.out.write("\r\n");
    }

    @Override
    public void write(@Nullable Object[] row) throws IOException {
        for (int i = 0; i < row.length; i++) {
            if (i > 0) {
                out.write(',');
            }
            var value = row[i];
            if (value != null) {
                field(columns.get(i).type(), value);
            }
        }
        out.write("\r\n");
    }

    private void field(ColumnType type, Object value) throws IOException {
        switch (type) {
            case TEXT, JSON -> text((String) value);
            case TEXT_ARRAY -> text(json.writeValueAsString(value));
            case NUMERIC -> out.write(((BigDecimal) value).toPlainString());
            case INTEGER, BIGINT, BOOLEAN, TIMESTAMP -> out.write(value.toString());
        }
    }

    private void text(String text) throws IOException {
        quoted(isRaw ? text : FormulaGuard.disarmed(text));
    }

    private void quoted(String text) throws IOException {
        out.write('"');
        out.write(text.replace("\"", "\"\""));
        out.write('"');
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
