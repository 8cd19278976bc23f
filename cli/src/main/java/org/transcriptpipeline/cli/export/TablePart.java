package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.export.Chunk;
import org.transcriptpipeline.export.Column;
import org.transcriptpipeline.export.CsvRows;
import org.transcriptpipeline.export.ExportTable;
import org.transcriptpipeline.export.JsonLinesRows;
import org.transcriptpipeline.export.RowSink;
import org.transcriptpipeline.export.StoreReader;
import org.transcriptpipeline.export.StoreReader.Rows;

/// A file for each view that has rows; in the first part for every view, so that all columns are seen.
final class TablePart implements Part {

    private final Path directory;
    private final int number;
    private final ExportFormat format;
    private final boolean isRaw;
    private final Map<ExportTable, TableFile> files = new EnumMap<>(ExportTable.class);

    TablePart(Path directory, int number, ExportDefinition definition, Map<ExportTable, List<Column>> columns)
            throws IOException {
        this.directory = directory;
        this.number = number;
        this.format = definition.format();
        this.isRaw = definition.isRaw();
        if (number == 1) {
            for (var table : columns.entrySet()) {
                files.put(table.getKey(), new TableFile(table.getKey(), table.getValue()));
            }
        }
    }

    @Override
    public void addConversations(StoreReader store, Chunk chunk) throws SQLException, IOException {
        for (var table : ExportTable.values()) {
            try (var rows = store.ofConversations(table, chunk.keys())) {
                add(table, rows);
            }
        }
    }

    @Override
    public void addOfNoConversation(StoreReader store, Chunk chunk) throws SQLException, IOException {
        for (var table : ExportTable.values()) {
            var found = store.ofNoConversation(table, chunk.keys());
            if (found.isPresent()) {
                try (var rows = found.get()) {
                    add(table, rows);
                }
            }
        }
    }

    private void add(ExportTable table, Rows rows) throws SQLException, IOException {
        var file = files.get(table);
        for (var row = rows.next(); row != null; row = rows.next()) {
            if (file == null) {
                file = new TableFile(table, rows.columns());
                files.put(table, file);
            }
            file.write(row);
        }
    }

    @Override
    public long rows() {
        return files.values().stream().mapToLong(file -> file.rows).max().orElse(0);
    }

    @Override
    public long bytes() {
        return files.values().stream().mapToLong(file -> file.out.count()).sum();
    }

    @Override
    public List<PartEntry.FileEntry> finish() throws IOException {
        var entries = new ArrayList<PartEntry.FileEntry>();
        for (var file : files.values()) {
            entries.add(file.finish());
        }
        files.clear();
        return entries;
    }

    @Override
    public void close() throws IOException {
        for (var file : files.values()) {
            file.abandon();
        }
    }

    private final class TableFile {
        private final ExportTable table;
        private final Path path;
        private final CountingOutput out;
        private final RowSink sink;
        private long rows;

        TableFile(ExportTable table, List<Column> columns) throws IOException {
            this.table = table;
            this.path = directory.resolve("%s-%05d.%s".formatted(table.viewName(), number, format.suffix()));
            this.out = new CountingOutput(PrivateFiles.create(PrivateFiles.partial(path)));
            this.sink = switch (format) {
                case CSV -> new CsvRows(out, columns, isRaw);
                case JSONL -> new JsonLinesRows(out, columns);
                case PARQUET -> new ParquetRows(out, table.viewName(), columns);
                case EML -> throw new IllegalStateException("mails are no table");
            };
        }

        void write(@Nullable Object[] row) throws IOException {
            sink.write(row);
            rows++;
        }

        PartEntry.FileEntry finish() throws IOException {
            sink.close();
            return FinishedFile.of(path, table.viewName(), rows);
        }

        void abandon() throws IOException {
            try (sink) {
                Files.deleteIfExists(PrivateFiles.partial(path));
            }
        }
    }

    /// Counts what reaches the file.
    static final class CountingOutput extends OutputStream {
        private final OutputStream out;
        private long count;

        CountingOutput(OutputStream out) {
            this.out = out;
        }

        long count() {
            return count;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
