package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.export.Column;
import org.transcriptpipeline.export.ExportTable;
import org.transcriptpipeline.export.StoreReader;
import org.transcriptpipeline.export.StoreReader.Rows;

/// The rows of a view that are ordered by conversation, taken conversation by conversation in the same order.
final class Grouped implements AutoCloseable {

    private final Rows rows;
    private final int key;
    private @Nullable Object @Nullable [] next;

    Grouped(StoreReader store, ExportTable table, List<String> conversationSids) throws SQLException {
        this.rows = store.ofConversations(table, conversationSids);
        try {
            this.key = position(rows.columns(), "conversation_sid");
            this.next = rows.next();
        } catch (SQLException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    static int position(List<Column> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("the view has no column " + name);
    }

    List<Column> columns() {
        return rows.columns();
    }

    /// Those of one conversation; none where it has no such rows.
    void ofConversation(String sid, RowSinkFunction sink) throws SQLException, IOException {
        for (var row = next; row != null && Objects.equals(row[key], sid); row = next) {
            sink.write(row);
            next = rows.next();
        }
    }

    /// Takes a row that the next one overwrites.
    @FunctionalInterface
    interface RowSinkFunction {
        void write(@Nullable Object[] row) throws IOException;
    }

    @Override
    public void close() throws SQLException {
        rows.close();
    }
}
