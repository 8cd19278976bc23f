package org.transcriptpipeline.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;

/// The dbt package of `deploy/dbt` against the database: the same views and columns, described in the same words, and
/// tests that hold for true rows and fail for false ones. dbt itself is not needed.
///
/// After a migration `mvn -pl database -am test -Dtest=DbtPackageTest -Dsurefire.failIfNoSpecifiedTests=false
/// -Dtranscripts.dbt.write=true` brings views, columns and descriptions of `sources.yml` up to date and keeps its
/// tests.
class DbtPackageTest {

    private static final Path PACKAGE = Path.of("..", "deploy", "dbt");
    private static final Path SOURCES = PACKAGE.resolve("models").resolve("sources.yml");
    private static final Pattern SOURCE = Pattern.compile("source\\('transcripts', '([a-z_]+)'\\)");

    @TempDir
    private static Path directory;

    private static FilledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = FilledDatabase.start(directory);
        if (Boolean.getBoolean("transcripts.dbt.write")) {
            Files.writeString(SOURCES, upToDate());
        }
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void theProjectIsOneThatDbtReads() throws IOException {
        var project = load(PACKAGE.resolve("dbt_project.yml"));

        assertThat(project).containsEntry("name", "transcript_pipeline").containsEntry("config-version", 2);
        assertThat((List<?>) project.get("model-paths"))
                .allSatisfy(path -> assertThat(PACKAGE.resolve(path.toString())).isDirectory());
    }

    @Test
    void everyViewAndColumnIsThereAndDescribedAsInTheDatabase() throws IOException {
        assertThat(Files.readString(SOURCES)).isEqualTo(upToDate());
    }

    @Test
    void onlyTheFreshnessViewTellsWhetherTheStoreIsFresh() throws IOException {
        var fresh = tables().stream()
                .filter(table -> table.containsKey("freshness"))
                .toList();

        assertThat(fresh).extracting(table -> table.get("name")).containsExactly("freshness");
        assertThat(database.analyst().queryForObject("""
                SELECT max(last_stored_at) > now() - interval '1 hour'
                FROM transcripts.freshness
                """, Boolean.class)).isTrue();
        assertThat(fresh.getFirst()).containsEntry("loaded_at_field", "last_stored_at");
    }

    /// One generic test of a column.
    record Check(String table, String column, String kind, Map<?, ?> arguments) {

        /// As dbt compiles it: a row for each failure.
        String sql(String relation) {
            var name = '"' + column + '"';
            return switch (kind) {
                case "not_null" -> "SELECT 1 FROM " + relation + " WHERE " + name + " IS NULL";
                case "unique" ->
                    "SELECT 1 FROM " + relation + " WHERE " + name + " IS NOT NULL GROUP BY " + name
                            + " HAVING count(*) > 1";
                case "accepted_values" ->
                    "SELECT 1 FROM (SELECT DISTINCT " + name + " AS v FROM " + relation + ") a WHERE v NOT IN ("
                            + values().stream().map(value -> "'" + value + "'").collect(Collectors.joining(", "))
                            + ")";
                case "relationships" ->
                    "SELECT 1 FROM " + relation + " c LEFT JOIN " + parent() + " p ON p." + arguments.get("field")
                            + " = c." + name + " WHERE c." + name + " IS NOT NULL AND p." + arguments.get("field")
                            + " IS NULL";
                default -> throw new AssertionError("a test that dbt does not bring: " + kind);
            };
        }

        List<String> values() {
            return ((List<?>) arguments.get("values"))
                    .stream().map(Object::toString).toList();
        }

        private String parent() {
            var source = SOURCE.matcher(arguments.get("to").toString());
            assertThat(source.matches()).isTrue();
            return "transcripts." + source.group(1);
        }

        /// A row that the test must find.
        String corruption() {
            var name = '"' + column + '"';
            return switch (kind) {
                case "not_null" -> "UPDATE copy SET " + name + " = NULL";
                case "unique" -> "INSERT INTO copy SELECT * FROM copy";
                case "accepted_values", "relationships" -> "UPDATE copy SET " + name + " = 'nonsense'";
                default -> throw new AssertionError(kind);
            };
        }

        @Override
        public String toString() {
            return table + "." + column + " " + kind;
        }
    }

    @ParameterizedTest
    @MethodSource("checks")
    void aTestHoldsForTrueRowsAndFailsForFalseOnes(Check check) throws SQLException {
        assertThat(database.analyst().queryForList(check.sql("transcripts." + check.table())))
                .isEmpty();

        var connection = new SingleConnectionDataSource(database.superuserConnection(), true);
        try {
            var jdbc = new JdbcTemplate(connection);
            jdbc.execute("CREATE TEMPORARY TABLE copy AS SELECT * FROM transcripts." + check.table());
            assertThat(jdbc.update(check.corruption())).isPositive();
            assertThat(jdbc.queryForList(check.sql("copy"))).isNotEmpty();
        } finally {
            connection.destroy();
        }
    }

    /// A list of values is the list of the table's constraint, where it has one, and the words of the comment.
    @ParameterizedTest
    @MethodSource("lists")
    void aListOfValuesIsTheDatabasesOwn(Check check) {
        var described = database.superuser()
                .queryForObject(
                        "SELECT col_description(format('transcripts.%I', ?::text)::regclass, a.attnum) FROM pg_attribute a"
                                + " WHERE a.attrelid = format('transcripts.%I', ?::text)::regclass AND a.attname = ?",
                        String.class, check.table(), check.table(), check.column());
        var constraint =
                database.superuser().queryForList("""
                SELECT pg_get_constraintdef(c.oid)
                FROM pg_constraint c
                WHERE c.contype = 'c' AND c.conname IN (? || '_' || ?, ? || '_files_status')
                """, String.class, check.table(), check.column(), check.table());

        if (constraint.isEmpty()) {
            assertThat(described).contains(check.values());
        } else {
            var allowed = Pattern.compile("'([a-z_]+)'")
                    .matcher(constraint.getFirst())
                    .results()
                    .map(value -> value.group(1))
                    .toList();
            assertThat(allowed).containsExactlyInAnyOrderElementsOf(check.values());
        }
    }

    static Stream<Check> checks() throws IOException {
        var checks = new ArrayList<Check>();
        for (var table : tables()) {
            for (var column : maps(table, "columns")) {
                for (var test : (List<?>) column.getOrDefault("data_tests", List.of())) {
                    var kind = test instanceof Map<?, ?> map
                            ? map.keySet().iterator().next().toString()
                            : test.toString();
                    var arguments = test instanceof Map<?, ?> map ? (Map<?, ?>) map.get(kind) : Map.of();
                    checks.add(new Check(
                            table.get("name").toString(), column.get("name").toString(), kind, arguments));
                }
            }
        }
        assertThat(checks).hasSizeGreaterThan(80);
        return checks.stream();
    }

    static Stream<Check> lists() throws IOException {
        return checks().filter(check -> check.kind().equals("accepted_values"));
    }

    private static List<Map<String, Object>> tables() throws IOException {
        return maps(maps(load(SOURCES), "sources").getFirst(), "tables");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(Map<String, Object> parent, String key) {
        return (List<Map<String, Object>>) parent.get(key);
    }

    private static Map<String, Object> load(Path file) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    }

    /// The file as it has to be: views and columns of the database in its words, with the tests that the file has.
    private static String upToDate() throws IOException {
        var document = load(SOURCES);
        var source = maps(document, "sources").getFirst();
        var before = tables().stream().collect(Collectors.toMap(table -> table.get("name"), table -> table));
        var views = database.superuser().queryForList("""
                SELECT c.relname, obj_description(c.oid) AS description
                FROM pg_class c
                WHERE c.relnamespace = 'transcripts'::regnamespace AND c.relkind IN ('v', 'm')
                ORDER BY c.relname
                """);
        var tables = new ArrayList<Map<String, Object>>();
        for (var view : views) {
            var old = before.getOrDefault(view.get("relname"), Map.of());
            var table = new LinkedHashMap<String, Object>();
            table.put("name", view.get("relname"));
            table.put("description", view.get("description"));
            Stream.of("loaded_at_field", "freshness")
                    .filter(old::containsKey)
                    .forEach(key -> table.put(key, old.get(key)));
            table.put("columns", columns(view.get("relname").toString(), old));
            tables.add(table);
        }
        source.put("tables", tables);
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(Integer.MAX_VALUE);
        options.setSplitLines(false);
        return "# Views, columns and descriptions are the database's: DbtPackageTest says how they are brought up to date.\n"
                + new Yaml(new Representer(options), options).dump(document);
    }

    private static List<Map<String, Object>> columns(String view, Map<String, Object> old) {
        var before = old.isEmpty()
                ? Map.<Object, Map<String, Object>>of()
                : maps(old, "columns").stream()
                        .collect(Collectors.toMap(column -> column.get("name"), column -> column));
        var columns = new ArrayList<Map<String, Object>>();
        for (var row : database.superuser().queryForList("""
                SELECT a.attname, col_description(a.attrelid, a.attnum) AS description
                FROM pg_attribute a
                WHERE a.attrelid = format('transcripts.%I', ?::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attnum
                """, view)) {
            var column = new LinkedHashMap<String, Object>();
            column.put("name", row.get("attname"));
            column.put("description", row.get("description"));
            var tests = before.getOrDefault(row.get("attname"), Map.of()).get("data_tests");
            if (tests != null) {
                column.put("data_tests", tests);
            }
            columns.add(column);
        }
        return columns;
    }
}
