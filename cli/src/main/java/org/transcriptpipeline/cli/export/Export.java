package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.export.ExportDirectory.Position;
import org.transcriptpipeline.cli.export.PartEntry.Phase;
import org.transcriptpipeline.export.Chunk;
import org.transcriptpipeline.export.Column;
import org.transcriptpipeline.export.ExportTable;
import org.transcriptpipeline.export.Selection;
import org.transcriptpipeline.export.StoreReader;

/// Writes one part after the other. A part is what one transaction saw: all rows of its conversations, in every view,
/// belong together. Where a part ends depends on the rows alone.
final class Export {

    /// A part ends after the chunk that reaches this, whatever its rows.
    private static final long PART_BYTES = 64L << 20;

    /// Conversations that are read at once, unless their messages are too many.
    private static final int CHUNK_CONVERSATIONS = 200;

    /// Messages that are read at once, unless a single conversation has more.
    private static final int CHUNK_MESSAGES = 5_000;

    private final Connection connection;
    private final Selection selection;
    private final ReadRecord record;
    private final Consumer<String> progress;
    private final StoreReader store;

    /// @param progress told in words after each part
    Export(Connection connection, Selection selection, ReadRecord record, Consumer<String> progress) {
        this.connection = connection;
        this.selection = selection;
        this.record = record;
        this.progress = progress;
        this.store = new StoreReader(connection);
    }

    /// What is about to be exported.
    ExportDefinition definition(ExportFormat format, boolean isRaw, int partRows) throws SQLException {
        connection.setAutoCommit(false);
        var schema = new LinkedHashMap<String, Map<String, String>>();
        for (var table : columns().entrySet()) {
            var columns = new LinkedHashMap<String, String>();
            table.getValue()
                    .forEach(column -> columns.put(column.name(), column.type().name()));
            schema.put(table.getKey().viewName(), columns);
        }
        try (var statement = connection.createStatement();
                var who = statement.executeQuery("SELECT current_database(), current_user")) {
            who.next();
            var definition = new ExportDefinition(
                    ExportDefinition.FORMAT_VERSION,
                    format,
                    isRaw,
                    who.getString(1),
                    who.getString(2),
                    partRows,
                    ExportDefinition.Filter.of(selection),
                    schema);
            connection.commit();
            return definition;
        }
    }

    private Map<ExportTable, List<Column>> columns() throws SQLException {
        var columns = new EnumMap<ExportTable, List<Column>>(ExportTable.class);
        for (var table : ExportTable.values()) {
            columns.put(table, store.columns(table));
        }
        return columns;
    }

    void run(ExportDirectory directory, ExportDefinition definition, Position start) throws SQLException, IOException {
        connection.setAutoCommit(false);
        int number = start.number();
        for (var phase : phases(definition)) {
            if (phase.compareTo(start.phase()) < 0) {
                continue;
            }
            var after = phase == start.phase() ? start.after() : null;
            for (var part = part(directory, definition, phase, number, after);
                    part.isPresent();
                    part = part(directory, definition, phase, number, after)) {
                number++;
                after = part.get().lastKey();
                progress.accept("part " + part.get().number() + " is written");
                if (after == null) {
                    break; // nothing was selected; the part shows the columns
                }
            }
        }
        Manifest.write(directory.path(), definition, directory.journal());
    }

    private List<Phase> phases(ExportDefinition definition) {
        return definition.format() != ExportFormat.EML && selection.isOfAccountsOnly()
                ? List.of(Phase.values())
                : List.of(Phase.CONVERSATIONS);
    }

    private Optional<PartEntry> part(
            ExportDirectory directory, ExportDefinition definition, Phase phase, int number, @Nullable String after)
            throws SQLException, IOException {
        begin();
        var chunk = next(phase, after, definition);
        if (chunk.isEmpty() && number > 1) {
            connection.commit();
            return Optional.empty();
        }
        var read = new TreeMap<String, List<String>>(); // at most as many as a part has rows
        long conversations = 0;
        var last = after;
        var first = chunk.map(Chunk::first).orElse(null);
        try (var part = newPart(directory, definition, number)) {
            while (chunk.isPresent()) {
                var keys = chunk.get();
                if (phase == Phase.CONVERSATIONS) {
                    part.addConversations(store, keys);
                    conversations += keys.keys().size();
                } else {
                    part.addOfNoConversation(store, keys);
                }
                note(read, phase, keys);
                last = keys.last();
                boolean isFull = part.rows() >= definition.partRows() || part.bytes() >= PART_BYTES;
                chunk = isFull || !keys.hasMore() ? Optional.empty() : next(phase, last, definition);
            }
            var files = part.finish();
            connection.commit();
            record.exported(connection, definition.format(), number, read);
            var entry = new PartEntry(number, phase, first, last, conversations, files);
            directory.publish(entry);
            return Optional.of(entry);
        }
    }

    private static void note(Map<String, List<String>> read, Phase phase, Chunk chunk) {
        for (int i = 0; i < chunk.keys().size(); i++) {
            var ofAccount = read.computeIfAbsent(chunk.accounts().get(i), _ -> new ArrayList<>());
            if (phase == Phase.CONVERSATIONS) {
                ofAccount.add(chunk.keys().get(i));
            }
        }
    }

    private void begin() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        }
    }

    private Optional<Chunk> next(Phase phase, @Nullable String after, ExportDefinition definition) throws SQLException {
        return switch (phase) {
            case CONVERSATIONS ->
                store.conversations(
                        selection, after, Math.min(CHUNK_CONVERSATIONS, definition.partRows()), chunkRows(definition));
            case DELIVERIES_OF_NO_CONVERSATION ->
                store.deliveriesOfNoConversation(selection, after, chunkRows(definition));
            case EXECUTIONS_OF_NO_CONVERSATION ->
                store.executionsOfNoConversation(selection, after, chunkRows(definition));
        };
    }

    private static int chunkRows(ExportDefinition definition) {
        return Math.min(CHUNK_MESSAGES, definition.partRows());
    }

    private Part newPart(ExportDirectory directory, ExportDefinition definition, int number)
            throws SQLException, IOException {
        return definition.format() == ExportFormat.EML
                ? new MailPart(directory.path(), number)
                : new TablePart(directory.path(), number, definition, columns());
    }
}
