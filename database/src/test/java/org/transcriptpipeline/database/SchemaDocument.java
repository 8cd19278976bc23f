package org.transcriptpipeline.database;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/// The part of docs/schema.md that is made from the database: a diagram, every view and column with its comment, and
/// the functions. The rest of the document is written by hand.
final class SchemaDocument {

    static final String BEGIN =
            "<!-- From here on made from the database: mvn -pl database -am test -Dtest=SchemaDocumentTest -Dschema.write -->";
    static final String END = "<!-- Up to here. -->";

    private static final String PUBLIC = "transcripts";
    private static final String MASKED = "transcripts_masked";

    private final JdbcTemplate database;

    SchemaDocument(JdbcTemplate database) {
        this.database = database;
    }

    /// @param comment null: it has none
    record Column(String view, String name, String type, String comment) {}

    /// The document with its made part made anew.
    ///
    /// @throws IllegalArgumentException where the marks are missing
    String renewed(String document) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("docs/schema.md has lost the marks around what is made");
        }
        return document.substring(0, begin) + BEGIN + "\n\n" + made() + "\n" + document.substring(end);
    }

    private String made() {
        var views = views(PUBLIC);
        var text =
                new StringBuilder("## Diagram\n\nA line is a column of the same name, by which rows are joined.\n\n");
        text.append(diagram(views));
        text.append("\n## Views\n");
        views.forEach((view, columns) -> {
            text.append("\n### ")
                    .append(view)
                    .append("\n\n")
                    .append(comment(PUBLIC, view))
                    .append("\n\n");
            text.append("| column | type | meaning |\n| --- | --- | --- |\n");
            columns.forEach(column -> text.append(row(column)));
        });
        text.append("\n## Functions\n");
        functions().forEach(text::append);
        text.append("\n## Masked views\n\nIn schema `")
                .append(MASKED)
                .append("` for role `")
                .append(MASKED);
        text.append("`: the same views, and in them the same columns but for these. See [access](access.md).\n");
        views(MASKED)
                .forEach((view, columns) -> text.append(masked(view, columns, views.getOrDefault(view, List.of()))));
        return text.toString();
    }

    private String masked(String view, List<Column> columns, List<Column> open) {
        var told = open.stream().collect(Collectors.toMap(Column::name, SchemaDocument::row));
        var names = columns.stream().map(Column::name).toList();
        var other = columns.stream()
                .filter(column -> !row(column).equals(told.get(column.name())))
                .map(SchemaDocument::row)
                .collect(Collectors.joining());
        var gone = open.stream()
                .map(Column::name)
                .filter(name -> !names.contains(name))
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
        return "\n### " + view + ", masked\n\n"
                + (gone.isEmpty() ? "" : "Without " + gone + ".\n\n")
                + (other.isEmpty() ? "As it is.\n" : "| column | type | meaning |\n| --- | --- | --- |\n" + other);
    }

    private static String row(Column column) {
        return "| `%s` | %s | %s |\n".formatted(column.name(), column.type(), column.comment());
    }

    /// Views by name, in the order in which they were made; columns in theirs.
    Map<String, List<Column>> views(String schema) {
        return database
                .query(
                        """
                        SELECT
                            c.relname,
                            a.attname,
                            replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz') AS type,
                            col_description(c.oid, a.attnum) AS comment
                        FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                        WHERE n.nspname = ? AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
                        ORDER BY c.oid, a.attnum
                        """,
                        (row, _) -> new Column(
                                row.getString("relname"),
                                row.getString("attname"),
                                row.getString("type"),
                                row.getString("comment")),
                        schema)
                .stream()
                .collect(Collectors.groupingBy(Column::view, LinkedHashMap::new, Collectors.toList()));
    }

    private String comment(String schema, String view) {
        return database.queryForObject(
                "SELECT obj_description(format('%I.%I', ?::text, ?::text)::regclass, 'pg_class')",
                String.class, schema, view);
    }

    /// A view is joined to by its first column, where another one has it too.
    private static String diagram(Map<String, List<Column>> views) {
        Map<String, String> viewByKey = new LinkedHashMap<>();
        views.forEach((view, columns) -> {
            var key = columns.getFirst().name();
            if (key.endsWith("_sid") || key.equals("handoff_id")) {
                viewByKey.putIfAbsent(key, view);
            }
        });
        viewByKey.remove("account_sid");
        var text = new StringBuilder("```mermaid\nerDiagram\n");
        views.forEach((view, columns) -> columns.forEach(column -> {
            var target = viewByKey.get(column.name());
            if (target != null && !target.equals(view)) {
                text.append("    %s ||--o{ %s : %s%n".formatted(target, view, column.name()));
            }
        }));
        return text.append("```\n").toString();
    }

    private List<String> functions() {
        return database.queryForList("""
                SELECT
                    format(
                        E'\\n### %s()\\n\\n%s\\n\\n- Called with `%s`\\n- Gives `%s`\\n',
                        p.proname,
                        obj_description(p.oid, 'pg_proc'),
                        pg_get_function_arguments(p.oid),
                        pg_get_function_result(p.oid)
                    )
                FROM pg_proc p
                JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'transcripts'
                ORDER BY p.oid
                """, String.class);
    }
}
