package org.transcriptpipeline.cli.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads what was exported with DuckDB, and the views with psql's driver, and makes a digest of every column of both.
final class ReadBack {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private ReadBack() {}

    /// A row count, and a digest of every column with its nulls, in the order of the table's key.
    record Content(long rows, Map<String, String> columns) {}

    /// @param order the table's key
    static Content ofView(Connection postgres, String view, String account, String order) throws SQLException {
        var columns = columns(postgres, view);
        var list = columns.keySet().stream()
                .map(name -> "v." + quoted(name) + "::text")
                .collect(Collectors.joining(", "));
        var sql = "SELECT " + list + " FROM transcripts." + view + " v WHERE v.account_sid = ? ORDER BY " + order;
        postgres.setAutoCommit(false);
        try (var settings = postgres.createStatement();
                var statement = postgres.prepareStatement(sql)) {
            settings.execute("SET LOCAL TimeZone TO 'UTC'");
            statement.setFetchSize(1000);
            statement.setString(1, account);
            var content = digest(statement, columns, UnaryOperator.identity());
            postgres.rollback();
            return content;
        } finally {
            postgres.setAutoCommit(true);
        }
    }

    static Map<String, String> columns(Connection postgres, String view) throws SQLException {
        var columns = new LinkedHashMap<String, String>();
        try (var statement = postgres.prepareStatement("""
                SELECT c.column_name, c.udt_name
                FROM information_schema.columns c
                WHERE c.table_schema = 'transcripts' AND c.table_name = ?
                ORDER BY c.ordinal_position
                """)) {
            statement.setString(1, view);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return columns;
    }

    /// @param undo what takes the guard against formulas away again
    static Content ofFiles(
            ExportFormat format,
            Path directory,
            String view,
            Map<String, String> columns,
            String order,
            UnaryOperator<String> undo)
            throws SQLException {
        var files = directory.resolve(view + "-*." + format.suffix()).toString().replace("'", "''");
        var types = columns.keySet().stream()
                .map(name -> "'" + name + "': 'VARCHAR'")
                .collect(Collectors.joining(", "));
        var source = switch (format) {
            case CSV ->
                "read_csv('" + files
                        + "', auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr='',"
                        + " allow_quoted_nulls=false, new_line='\\r\\n', max_line_size=4000000, columns={" + types
                        + "})";
            case JSONL -> "read_json('" + files + "', format='newline_delimited', columns={" + types + "})";
            case PARQUET -> "read_parquet('" + files + "')";
            case EML -> throw new IllegalArgumentException("mails are no table");
        };
        var list = columns.entrySet().stream()
                .map(column -> format == ExportFormat.PARQUET ? typed(column) : quoted(column.getKey()))
                .collect(Collectors.joining(", "));
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var settings = duck.createStatement()) {
            settings.execute("SET autoinstall_known_extensions = false");
            settings.execute("SET memory_limit = '512MB'");
            settings.execute("SET threads = 1");
            var sql = "SELECT " + list + " FROM " + source + " v ORDER BY " + order;
            try (var statement = duck.prepareStatement(sql)) {
                return digest(statement, columns, undo);
            }
        }
    }

    private static String typed(Map.Entry<String, String> column) {
        var name = quoted(column.getKey());
        return switch (column.getValue()) {
            case "timestamptz" -> "epoch_us(" + name + ")::VARCHAR";
            case "_text" -> "to_json(" + name + ")::VARCHAR";
            default -> name + "::VARCHAR";
        };
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }

    private static Content digest(PreparedStatement statement, Map<String, String> columns, UnaryOperator<String> undo)
            throws SQLException {
        var names = new ArrayList<>(columns.keySet());
        var digests = names.stream().map(_ -> sha256()).toList();
        long count = 0;
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                for (int i = 0; i < names.size(); i++) {
                    var type = columns.get(names.get(i));
                    var text = rows.getString(i + 1);
                    digests.get(i).update((canonical(type, text, undo) + "\n").getBytes(UTF_8));
                }
                count++;
            }
        }
        var hashes = new LinkedHashMap<String, String>();
        for (int i = 0; i < names.size(); i++) {
            hashes.put(names.get(i), HexFormat.of().formatHex(digests.get(i).digest()));
        }
        return new Content(count, hashes);
    }

    /// The same value is the same text, however it was written.
    private static String canonical(String type, @Nullable String text, UnaryOperator<String> undo) {
        if (text == null) {
            return "null";
        }
        try {
            return switch (type) {
                case "timestamptz" -> micros(text);
                case "numeric" -> new BigDecimal(text).stripTrailingZeros().toPlainString();
                case "bool" -> text.substring(0, 1);
                case "_text" -> list(undo.apply(text)).toString();
                case "jsonb" -> JSON.readTree(undo.apply(text)).toString();
                case "text" -> "text " + undo.apply(text);
                default -> text;
            };
        } catch (JacksonException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    private static String micros(String text) {
        if (text.matches("-?[0-9]+")) {
            return text;
        }
        var iso = text.replace(' ', 'T').replaceFirst("\\+00$", "Z");
        return String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(iso)));
    }

    private static List<String> list(String text) {
        if (text.startsWith("[")) {
            return JSON.readValue(text, JSON.getTypeFactory().constructCollectionType(List.class, String.class));
        }
        // as Postgres prints an array; those of the tests need no quotes
        var inner = text.substring(1, text.length() - 1);
        return inner.isEmpty() ? List.of() : List.of(inner.split(","));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
