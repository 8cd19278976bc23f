package org.transcriptpipeline.export;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the public views on one connection, with as many rows in memory as are fetched at once. The caller has begun a
/// transaction: without one, the driver would read each answer whole.
///
/// It reads what the connection's role may read, and sees the rows that this role sees.
public final class StoreReader {

    /// A message may have 32 KB of text and 16 KB of attributes, twice: rows in memory come to 25 MB at worst.
    private static final int FETCHED_ROWS = 250;

    private final Connection connection;

    public StoreReader(Connection connection) {
        this.connection = connection;
    }

    /// The columns of a view as they are now.
    public List<Column> columns(ExportTable table) throws SQLException {
        try (var statement = connection.prepareStatement(table.ofConversations())) {
            return columns(statement.getMetaData());
        }
    }

    private static List<Column> columns(ResultSetMetaData metaData) throws SQLException {
        var columns = new ArrayList<Column>();
        for (int i = 1; i <= metaData.getColumnCount(); i++) {
            columns.add(new Column(metaData.getColumnName(i), ColumnType.ofPostgres(metaData.getColumnTypeName(i))));
        }
        return List.copyOf(columns);
    }

    /// The conversations that come next, whole.
    ///
    /// @param after the last conversation before them; null: from the first on
    /// @param mostMessages of all of them together; a conversation that has more is a chunk of its own
    public Optional<Chunk> conversations(
            Selection selection, @Nullable String after, int mostConversations, long mostMessages) throws SQLException {
        var sql = new StringBuilder("""
                SELECT c.conversation_sid, c.account_sid, c.message_count
                FROM transcripts.conversations c
                WHERE true
                """);
        var values = new ArrayList<Object>();
        condition(sql, values, "AND c.conversation_sid > ?\n", after);
        conditions(sql, values, selection);
        condition(sql, values, "ORDER BY c.conversation_sid\nLIMIT ?\n", mostConversations + 1);

        try (var statement = statement(sql.toString(), values);
                var rows = statement.executeQuery()) {
            var keys = new ArrayList<String>();
            var accounts = new ArrayList<String>();
            long messages = 0;
            while (rows.next()) {
                long count = rows.getLong(3);
                if (keys.size() == mostConversations || (!keys.isEmpty() && messages + count > mostMessages)) {
                    return Optional.of(new Chunk(keys, accounts, messages, true));
                }
                keys.add(rows.getString(1));
                accounts.add(rows.getString(2));
                messages += count;
            }
            return keys.isEmpty() ? Optional.empty() : Optional.of(new Chunk(keys, accounts, messages, false));
        }
    }

    private static void conditions(StringBuilder sql, List<Object> values, Selection selection) {
        condition(sql, values, "AND c.account_sid = ANY (?)\n", selection.accounts());
        condition(sql, values, "AND c.conversation_sid = ANY (?)\n", selection.conversations());
        condition(sql, values, "AND c.channel = ANY (?)\n", selection.channels());
        condition(sql, values, "AND c.verdict = ANY (?)\n", selection.verdicts());
        condition(
                sql,
                values,
                "AND coalesce(c.last_message_at, c.started_at, c.first_received_at) >= ?\n",
                selection.since());
        condition(
                sql,
                values,
                "AND coalesce(c.last_message_at, c.started_at, c.first_received_at) < ?\n",
                selection.until());
    }

    /// A condition that is not wanted is not in the statement, so that one that is can use its index.
    private static void condition(StringBuilder sql, List<Object> values, String fragment, @Nullable Object value) {
        if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
            sql.append(fragment);
            values.add(value);
        }
    }

    /// Deliveries that belong to no conversation.
    public Optional<Chunk> deliveriesOfNoConversation(Selection selection, @Nullable String after, int most)
            throws SQLException {
        return ofNoConversation(
                """
                SELECT v.channel_message_sid, v.account_sid
                FROM transcripts.deliveries v
                WHERE v.conversation_sid IS NULL
                """,
                "AND v.channel_message_sid > ?\n",
                "ORDER BY v.channel_message_sid\nLIMIT ?\n",
                selection,
                after,
                most);
    }

    /// Executions of flows that belong to no conversation.
    public Optional<Chunk> executionsOfNoConversation(Selection selection, @Nullable String after, int most)
            throws SQLException {
        return ofNoConversation(
                """
                SELECT v.execution_sid, v.account_sid
                FROM transcripts.flow_executions v
                WHERE v.conversation_sid IS NULL
                """, "AND v.execution_sid > ?\n", "ORDER BY v.execution_sid\nLIMIT ?\n", selection, after, most);
    }

    private Optional<Chunk> ofNoConversation(
            String select, String afterKey, String inOrder, Selection selection, @Nullable String after, int most)
            throws SQLException {
        var sql = new StringBuilder(select);
        var values = new ArrayList<Object>();
        condition(sql, values, afterKey, after);
        condition(sql, values, "AND v.account_sid = ANY (?)\n", selection.accounts());
        condition(sql, values, inOrder, most + 1);
        try (var statement = statement(sql.toString(), values);
                var rows = statement.executeQuery()) {
            var keys = new ArrayList<String>();
            var accounts = new ArrayList<String>();
            while (rows.next()) {
                if (keys.size() == most) {
                    return Optional.of(new Chunk(keys, accounts, 0, true));
                }
                keys.add(rows.getString(1));
                accounts.add(rows.getString(2));
            }
            return keys.isEmpty() ? Optional.empty() : Optional.of(new Chunk(keys, accounts, 0, false));
        }
    }

    /// The rows of some conversations, ordered by conversation.
    public Rows ofConversations(ExportTable table, List<String> conversationSids) throws SQLException {
        return rows(table.ofConversations(), conversationSids);
    }

    /// The rows of keys that belong to no conversation. There are none in views that a conversation makes.
    public Optional<Rows> ofNoConversation(ExportTable table, List<String> keys) throws SQLException {
        var sql = table.ofNoConversation();
        return sql == null ? Optional.empty() : Optional.of(rows(sql, keys));
    }

    private Rows rows(String sql, List<String> keys) throws SQLException {
        var statement = statement(sql, List.of(keys));
        try {
            statement.setFetchSize(FETCHED_ROWS);
            return new Rows(statement, statement.executeQuery());
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private PreparedStatement statement(String sql, List<?> values) throws SQLException {
        var statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < values.size(); i++) {
                switch (values.get(i)) {
                    case List<?> texts -> statement.setArray(i + 1, connection.createArrayOf("text", texts.toArray()));
                    case Instant time -> statement.setObject(i + 1, time.atOffset(ZoneOffset.UTC));
                    case Object value -> statement.setObject(i + 1, value);
                }
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /// Rows as they come, one in hand at a time.
    public static final class Rows implements AutoCloseable {

        private final PreparedStatement statement;
        private final ResultSet rows;
        private final List<Column> columns;
        private final @Nullable Object[] row;

        private Rows(PreparedStatement statement, ResultSet rows) throws SQLException {
            this.statement = statement;
            this.rows = rows;
            this.columns = StoreReader.columns(rows.getMetaData());
            this.row = new @Nullable Object[columns.size()];
        }

        public List<Column> columns() {
            return columns;
        }

        /// The next row, in an array that the one after it overwrites; null after the last.
        public @Nullable Object @Nullable [] next() throws SQLException {
            if (!rows.next()) {
                return null;
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = value(i + 1, columns.get(i).type());
            }
            return row;
        }

        /// Writes what is left.
        ///
        /// @return how many rows that were
        public long writeTo(RowSink sink) throws SQLException, IOException {
            long count = 0;
            for (var next = next(); next != null; next = next()) {
                sink.write(next);
                count++;
            }
            return count;
        }

        private @Nullable Object value(int position, ColumnType type) throws SQLException {
            return switch (type) {
                case TEXT, JSON -> rows.getString(position);
                case INTEGER -> rows.getObject(position, Integer.class);
                case BIGINT -> rows.getObject(position, Long.class);
                case NUMERIC -> rows.getBigDecimal(position);
                case BOOLEAN -> rows.getObject(position, Boolean.class);
                case TIMESTAMP -> {
                    var time = rows.getObject(position, OffsetDateTime.class);
                    yield time == null ? null : time.toInstant();
                }
                case TEXT_ARRAY -> {
                    var array = rows.getArray(position);
                    yield array == null ? null : Arrays.asList((String[]) array.getArray());
                }
            };
        }

        @Override
        public void close() throws SQLException {
            try (statement) {
                rows.close();
            }
        }
    }
}
