package org.transcriptpipeline.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/// The dashboards for analysts: each statement runs as the analyst and finds something in a store that holds it.
/// Grafana and Metabase themselves are not here.
class DashboardsTest {

    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Path GRAFANA = DEPLOY.resolve("observability/grafana/dashboards/analysts.json");
    private static final Path METABASE = DEPLOY.resolve("metabase/conversations.json");

    @TempDir
    private static Path directory;

    private static FilledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = FilledDatabase.start(directory);
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    /// @param sql as Postgres gets it
    record Question(String title, String sql) {
        @Override
        public String toString() {
            return title;
        }
    }

    @ParameterizedTest
    @MethodSource({"grafana", "metabase"})
    void aQuestionIsAnsweredToTheAnalyst(Question question) {
        assertThat(database.analyst().queryForList(question.sql())).isNotEmpty();
    }

    static Stream<Question> grafana() throws IOException {
        return maps(json(GRAFANA).get("panels")).stream()
                .map(panel -> new Question(
                        panel.get("title").toString(),
                        withMacros(maps(panel.get("targets"))
                                .getFirst()
                                .get("rawSql")
                                .toString())));
    }

    /// As Grafana's plugin replaces them.
    private static String withMacros(String sql) {
        var plain = sql.replaceAll(
                        "\\$__timeFilter\\(([a-z_.]+)\\)",
                        "$1 BETWEEN '2026-01-01T00:00:00Z'::timestamptz AND '2126-01-01T00:00:00Z'::timestamptz")
                .replace("${account:sqlstring}", "'AC1','AC2'");
        assertThat(plain).doesNotContain("$");
        return plain;
    }

    static Stream<Question> metabase() throws IOException {
        return maps(json(METABASE).get("cards")).stream()
                .map(card -> new Question(
                        card.get("name").toString(), card.get("query").toString()));
    }

    @Test
    void theListOfAccountsIsAskedForToo() throws IOException {
        var variables = maps(((Map<?, ?>) json(GRAFANA).get("templating")).get("list"));

        assertThat(database.analyst().queryForList(variables.get(1).get("query").toString(), String.class))
                .containsExactly("AC1");
    }

    @Test
    void noTwoPanelsOverlap() throws IOException {
        var fields = new HashSet<String>();
        for (var panel : maps(json(GRAFANA).get("panels"))) {
            occupy(fields, (Map<?, ?>) panel.get("gridPos"), "x", "y", "w", "h");
        }
        fields.clear();
        for (var card : maps(json(METABASE).get("cards"))) {
            occupy(fields, card, "col", "row", "size_x", "size_y");
        }
    }

    private static void occupy(
            HashSet<String> fields, Map<?, ?> place, String left, String top, String width, String height) {
        for (int x = 0; x < (int) place.get(width); x++) {
            for (int y = 0; y < (int) place.get(height); y++) {
                int column = (int) place.get(left) + x;
                assertThat(column).isLessThan(24);
                assertThat(fields.add(column + "/" + ((int) place.get(top) + y)))
                        .isTrue();
            }
        }
    }

    /// The script against a server that answers as Metabase's API is documented to.
    @Test
    void theImportMakesEveryQuestionAndPutsItOnTheDashboard() throws Exception {
        var requests = new CopyOnWriteArrayList<String>();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            boolean isKnown = "a key".equals(exchange.getRequestHeaders().getFirst("x-api-key"));
            var answer = exchange.getRequestURI().getPath().equals("/api/database")
                    ? "{\"data\": [{\"id\": 3, \"name\": \"other\"}, {\"id\": 7, \"name\": \"store\"}]}"
                    : "{\"id\": " + (100 + requests.size()) + "}";
            exchange.sendResponseHeaders(isKnown ? 200 : 401, answer.length());
            exchange.getResponseBody().write(answer.getBytes(UTF_8));
            exchange.close();
        });
        server.start();
        try {
            var process = new ProcessBuilder(
                    "python3", DEPLOY.resolve("metabase/import").toString(), "store");
            process.environment()
                    .put(
                            "METABASE_URL",
                            "http://127.0.0.1:" + server.getAddress().getPort() + "/");
            process.environment().put("METABASE_API_KEY", "a key");
            var run = process.redirectErrorStream(true).start();
            assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
            var said = new String(run.getInputStream().readAllBytes(), UTF_8);
            assertThat(run.exitValue()).as(said).isZero();
        } finally {
            server.stop(0);
        }

        var cards = maps(json(METABASE).get("cards"));
        var made = requests.stream()
                .filter(request -> request.startsWith("POST /api/card "))
                .toList();
        assertThat(made).hasSameSizeAs(cards).allMatch(request -> request.contains("\"database\": 7"));
        var last = requests.getLast();
        assertThat(last).startsWith("PUT /api/dashboard/103 ");
        var placed = new ArrayList<Object>();
        Map<?, ?> document = new Yaml().load(last.substring(last.indexOf('{')));
        maps(document.get("dashcards")).forEach(card -> placed.add(card.get("card_id")));
        assertThat(placed).containsExactly(104, 105, 106, 107, 108, 109, 110);
    }

    /// Every JSON document is a YAML document.
    private static Map<String, Object> json(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(Object list) {
        return (List<Map<String, Object>>) list;
    }
}
