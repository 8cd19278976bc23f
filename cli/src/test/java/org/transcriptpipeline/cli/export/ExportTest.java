package org.transcriptpipeline.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.MimeConfig;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.cli.StoreForTests;
import org.transcriptpipeline.simulator.Sids;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExportTest {

    private static final String ACCOUNT = Sids.account("export");
    private static final String OTHER = Sids.account("export-other");
    private static final int CONVERSATIONS = 120;
    private static final int MESSAGES = 25;

    /// Each view and its key.
    static final Map<String, String> VIEWS = Map.of(
            "conversations", "v.conversation_sid",
            "messages", "v.message_sid",
            "participants", "v.participant_sid",
            "media", "v.media_sid",
            "deliveries", "v.channel_message_sid",
            "delivery_events", "v.channel_message_sid, v.status",
            "flow_executions", "v.execution_sid",
            "handoffs", "v.handoff_id");

    @TempDir
    private Path temporary;

    private final Run.Setting analyst = Run.Setting.of(Map.of(
            "SPRING_DATASOURCE_URL", StoreForTests.jdbcUrl(),
            "SPRING_DATASOURCE_USERNAME", "transcripts_analyst",
            "SPRING_DATASOURCE_PASSWORD", StoreForTests.password()));

    @BeforeAll
    static void fill() throws SQLException {
        try (var superuser = superuser()) {
            ExportRows.make(superuser, ACCOUNT, CONVERSATIONS, MESSAGES, ExportRows.TEXTS);
            ExportRows.make(superuser, OTHER, 3, 4, ExportRows.TEXTS);
        }
    }

    private static Connection superuser() throws SQLException {
        return DriverManager.getConnection(StoreForTests.jdbcUrl(), "postgres", "");
    }

    @ParameterizedTest
    @EnumSource(
            value = ExportFormat.class,
            names = {"CSV", "JSONL", "PARQUET"})
    void anotherReaderFindsEveryColumnOfEveryRow(ExportFormat format) throws SQLException {
        var directory = temporary.resolve("out");
        var options = new ArrayList<>(List.of("--format", format.toString(), "--part-rows", "700"));
        if (format == ExportFormat.CSV) {
            options.add("--raw");
        }

        export(directory, options);

        assertEqual(format, directory, UnaryOperator.identity());
    }

    @Test
    void formulasAreDisarmedAndNothingIsLost() throws SQLException, IOException {
        var directory = temporary.resolve("out");

        export(directory, List.of("--format", "csv"));

        assertThat(Files.readString(directory.resolve("messages-00001.csv")))
                .contains(
                        "\"'=cmd|' /C calc'!A0\"",
                        "\"'+1+1\"",
                        "\"'-2+3\"",
                        "\"'@SUM(A1)\"",
                        "\"'\tbegins with a tab\"")
                .contains("\"x;'=1+1\"", "\"two\nlines\n'=1\"", "\"+15550100\"")
                .doesNotContainPattern("[,\n]\"[=@-]");
        assertEqual(ExportFormat.CSV, directory, ExportTest::armed);
    }

    private static final Pattern GUARD =
            Pattern.compile("(^|[;\\n\\r])([\\h\u200E\u200F]*+)'('*+)(?=[=+\\-@|%\uFF1D\uFF0B\uFF0D\uFF20])");

    /// As docs/export.md says that it is undone.
    private static String armed(String cell) {
        var text = cell.matches("(?s)'+[\t\r].*") ? cell.substring(1) : cell;
        return GUARD.matcher(text).replaceAll("$1$2$3");
    }

    private void assertEqual(ExportFormat format, Path directory, UnaryOperator<String> undo) throws SQLException {
        try (var postgres = superuser()) {
            for (var view : VIEWS.entrySet()) {
                var stored = ReadBack.ofView(postgres, view.getKey(), ACCOUNT, view.getValue());
                var columns = ReadBack.columns(postgres, view.getKey());

                var read = ReadBack.ofFiles(format, directory, view.getKey(), columns, view.getValue(), undo);

                assertThat(read).as(view.getKey()).isEqualTo(stored);
                assertThat(stored.rows()).as(view.getKey()).isPositive();
            }
        }
    }

    @Test
    void aMailForEachConversationHoldsItsWords() throws Exception {
        var directory = temporary.resolve("out");

        export(directory, List.of("--format", "eml", "--part-rows", "1000"));

        var bodies = new TreeMap<String, @Nullable String>();
        int mails = 0;
        for (var zip : filesOf(directory, ".zip")) {
            try (var file = new ZipFile(zip.toFile())) {
                for (var entry : file.stream().toList()) {
                    assertThat(entry.getName()).matches("2026/10/0[1-9]/CH[0-9a-f]{32}\\.eml");
                    var mail = parsed(file.getInputStream(entry).readAllBytes());
                    read(mail, bodies);
                    mails++;
                }
            }
        }
        assertThat(mails).isEqualTo(CONVERSATIONS);
        try (var postgres = superuser();
                var statement = postgres.prepareStatement(
                        "SELECT m.message_sid, m.body FROM transcripts.messages m WHERE m.account_sid = ?")) {
            statement.setString(1, ACCOUNT);
            var stored = new TreeMap<String, @Nullable String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    stored.put(rows.getString(1), rows.getString(2));
                }
            }
            assertThat(bodies).isEqualTo(stored);
        }
    }

    private static Message parsed(byte[] mail) throws Exception {
        for (var line : new String(mail, StandardCharsets.ISO_8859_1).split("\r\n", -1)) {
            assertThat(line.length()).isLessThanOrEqualTo(998);
            assertThat(line).doesNotContain("\n", "\r");
        }
        var builder = new DefaultMessageBuilder();
        builder.setMimeEntityConfig(MimeConfig.STRICT);
        return builder.parseMessage(new ByteArrayInputStream(mail));
    }

    private static void read(Message mail, Map<String, @Nullable String> bodies) throws IOException {
        var sid = mail.getHeader().getField("X-Transcripts-Conversation-Sid").getBody();
        assertThat(mail.getMessageId()).isEqualTo("<" + sid + "." + ACCOUNT + "@transcripts.invalid>");
        assertThat(mail.getSubject()).startsWith("Transcript of " + sid);
        assertThat(mail.getFrom()).hasSize(1);
        assertThat(mail.getTo()).isNotEmpty();
        var parts = ((Multipart) mail.getBody()).getBodyParts();
        var text = new String(
                ((SingleBody) parts.getFirst().getBody()).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var document = JsonMapper.shared().readTree(((SingleBody) parts.get(1).getBody()).getInputStream());

        assertThat(parts.get(1).getFilename()).isEqualTo("transcript.json");
        assertThat(document.path("conversation").path("conversation_sid").stringValue())
                .isEqualTo(sid);
        assertThat(document.path("participants").size()).isEqualTo(2);
        assertThat(text.lines().filter(line -> line.startsWith("["))).hasSize(MESSAGES);
        for (JsonNode message : document.path("messages")) {
            var body = message.path("body");
            bodies.put(message.path("message_sid").stringValue(), body.isNull() ? null : body.stringValue());
        }
        assertThat(mail.getDate().toInstant()).isEqualTo(instant(document.path("conversation"), "last_message_at"));
    }

    private static Instant instant(JsonNode row, String column) {
        return Instant.parse(row.path(column).stringValue()).truncatedTo(ChronoUnit.SECONDS);
    }

    @Test
    void theManifestTellsWhatIsThere() throws IOException {
        var directory = temporary.resolve("out");

        export(directory, List.of("--format", "jsonl", "--part-rows", "700"));

        var manifest = JsonMapper.shared().readTree(Files.readString(directory.resolve("manifest.json")));
        assertThat(manifest.at("/totals/tables/messages").longValue()).isEqualTo(CONVERSATIONS * MESSAGES);
        assertThat(manifest.at("/totals/conversations").longValue()).isEqualTo(CONVERSATIONS);
        assertThat(manifest.at("/definition/role").stringValue()).isEqualTo("transcripts_analyst");
        assertThat(manifest.path("files").size())
                .isEqualTo(filesOf(directory, ".jsonl").size());
        for (JsonNode file : manifest.path("files")) {
            var path = directory.resolve(file.path("name").stringValue());
            assertThat(Files.size(path)).isEqualTo(file.path("bytes").longValue());
            assertThat(PrivateFiles.sha256(path)).isEqualTo(file.path("sha256").stringValue());
            assertThat(Files.readAllLines(path)).hasSize(file.path("rows").intValue());
        }
    }

    @Test
    void whoTookWhichConversationsAlongIsWrittenDown() throws SQLException {
        var before = reads();

        export(temporary.resolve("out"), List.of("--format", "eml", "--part-rows", "1000"));

        assertThat(reads() - before).isEqualTo(CONVERSATIONS);
        assertThat(StoreForTests.text("SELECT r.reader || ' ' || r.action || ' ' || r.detail FROM transcripts.reads r"
                        + " WHERE r.account_sid = '" + ACCOUNT + "' ORDER BY r.read_id DESC LIMIT 1"))
                .matches("transcripts_analyst export_eml part [1-9]");
    }

    private static long reads() {
        return Long.parseLong(
                StoreForTests.text("SELECT count(*) FROM transcripts.reads r WHERE r.account_sid = '" + ACCOUNT + "'"));
    }

    @Test
    void aTeamTakesAlongWhatItMaySee() throws SQLException {
        var directory = temporary.resolve("out");
        StoreForTests.update("INSERT INTO store.team_scopes (team, account_sid) VALUES ('export_desk', ?)", OTHER);
        StoreForTests.update("CREATE ROLE export_desk LOGIN PASSWORD '" + StoreForTests.password()
                + "' IN ROLE transcripts_analyst");

        var run = analyst.with("SPRING_DATASOURCE_USERNAME", "export_desk")
                .run("export", "--directory", directory.toString(), "--format", "jsonl", "--json");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.json().path("rows").path("conversations").intValue()).isEqualTo(3);
        assertThat(run.json().path("rows").path("messages").intValue()).isEqualTo(12);
    }

    @Test
    void onlyTheOwnerReadsTheFiles() throws IOException {
        var directory = temporary.resolve("out");

        export(directory, List.of("--format", "parquet"));

        assertThat(Files.getPosixFilePermissions(directory)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        for (var file : filesOf(directory, "")) {
            assertThat(Files.getPosixFilePermissions(file))
                    .as(file.toString())
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void theSameRowsAreTheSameBytes(ExportFormat format) throws IOException {
        export(temporary.resolve("one"), List.of("--format", format.toString(), "--part-rows", "500"));
        export(temporary.resolve("two"), List.of("--format", format.toString(), "--part-rows", "500"));

        assertThat(hashes(temporary.resolve("two"))).isEqualTo(hashes(temporary.resolve("one")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 9})
    void aKilledExportGoesOnToTheSameFiles(int lines) throws Exception {
        var undisturbed = temporary.resolve("undisturbed");
        var killed = temporary.resolve("killed");
        var format = lines % 2 == 0 ? "parquet" : "eml";
        export(undisturbed, List.of("--format", format, "--part-rows", "100"));

        var process = process(killed, List.of("--format", format, "--part-rows", "100"));
        try {
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> {
                        assertThat(process.isAlive() || Files.exists(killed.resolve("manifest.json")))
                                .isTrue();
                        return lines == 0 ? hasPartialFile(killed) : journalLines(killed) > lines;
                    });
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(killed.resolve("manifest.json")).doesNotExist();
        var before = hashes(killed);

        export(killed, List.of("--format", format, "--part-rows", "100", "--resume"));

        assertThat(hashes(killed)).isEqualTo(hashes(undisturbed));
        assertThat(before.size()).isLessThan(hashes(killed).size());
    }

    private Process process(Path directory, List<String> options) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.transcriptpipeline.cli.Transcripts"));
        command.addAll(arguments(directory, options));
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(analyst.environment());
        return builder.start();
    }

    private static boolean hasPartialFile(Path directory) throws IOException {
        return Files.isDirectory(directory) && !filesOf(directory, ".partial").isEmpty();
    }

    private static long journalLines(Path directory) throws IOException {
        var journal = directory.resolve("export.journal");
        return Files.exists(journal) ? Files.readString(journal).lines().count() : 0;
    }

    @Test
    void finishedFilesAreHeldAgainstTheirHashes() throws IOException {
        var directory = temporary.resolve("out");
        export(directory, List.of("--format", "csv"));
        var file = directory.resolve("messages-00001.csv");
        Files.writeString(file, Files.readString(file).replace("Bella", "Belle"));

        var run = run(directory, List.of("--format", "csv", "--resume"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("messages-00001.csv is missing or not what was written");
    }

    @Test
    void anExportThatIsCompleteIsOnlyVerified() throws IOException {
        var directory = temporary.resolve("out");
        export(directory, List.of("--format", "csv"));
        var before = hashes(directory);

        var run = run(directory, List.of("--format", "csv", "--resume"));

        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("the export is complete");
        assertThat(hashes(directory)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format jsonl",
                "--format csv --raw",
                "--format csv --channel sms",
                "--format csv --part-rows 200"
            })
    void anotherExportDoesNotGoIntoTheSameDirectory(String options) throws IOException {
        var directory = temporary.resolve("out");
        export(directory, List.of("--format", "csv"));

        var resumed = new ArrayList<>(List.of(options.split(" ")));
        resumed.add("--resume");

        assertThat(run(directory, List.of("--format", "csv")).err()).contains("holds an export already");
        assertThat(run(directory, resumed)).satisfies(run -> {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("was begun with another");
        });
        var strange = Files.createDirectory(temporary.resolve("strange"));
        Files.writeString(strange.resolve("diary.txt"), "mine");
        assertThat(run(strange, List.of("--format", "csv", "--resume")).status())
                .isEqualTo(1);
        assertThat(filesOf(strange, "")).hasSize(1);
    }

    @Test
    void aFilterSelectsWholeConversations() throws IOException {
        var directory = temporary.resolve("out");

        var run = export(
                directory,
                List.of(
                        "--format",
                        "jsonl",
                        "--channel",
                        "whatsapp",
                        "--verdict",
                        "unverified",
                        "--since",
                        "2026-10-01T02:00:00Z",
                        "--until",
                        "2026-10-01T02:20:00Z",
                        "--json"));

        var rows = run.json().path("rows");
        assertThat(rows.path("conversations").intValue()).isEqualTo(5); // 60, 64, 68, 72 and 76 minutes
        assertThat(rows.path("messages").intValue()).isEqualTo(5 * MESSAGES);
        assertThat(rows.path("participants").intValue()).isEqualTo(5 * 2);
        assertThat(Files.readAllLines(directory.resolve("deliveries-00001.jsonl")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("\"conversation_sid\":null"));
    }

    @Test
    void nothingSelectedIsFilesWithColumnsAndNoRows() throws IOException {
        var directory = temporary.resolve("out");

        export(directory, List.of("--format", "csv", "--conversation", "CH-unknown"));

        assertThat(Files.readString(directory.resolve("messages-00001.csv")))
                .startsWith("\"message_sid\",\"conversation_sid\"")
                .hasLineCount(1);
        assertThat(directory.resolve("manifest.json")).exists();
    }

    @Test
    void wrongUseIsTold() {
        var directory = temporary.resolve("out");

        assertThat(run(directory, List.of("--format", "xlsx")).status()).isEqualTo(2);
        assertThat(run(directory, List.of("--format", "jsonl", "--raw")).status())
                .isEqualTo(2);
        assertThat(run(directory, List.of("--format", "csv", "--channel", "fax"))
                        .status())
                .isEqualTo(2);
        assertThat(run(directory, List.of("--format", "csv", "--since", "yesterday"))
                        .status())
                .isEqualTo(2);
        assertThat(directory).doesNotExist();
    }

    private Run export(Path directory, List<String> options) {
        var run = run(directory, options);
        assertThat(run.status()).as(run.everything()).isZero();
        return run;
    }

    private Run run(Path directory, List<String> options) {
        return analyst.run(arguments(directory, options).toArray(String[]::new));
    }

    private static List<String> arguments(Path directory, List<String> options) {
        var arguments = new ArrayList<>(List.of("export", "--directory", directory.toString(), "--account", ACCOUNT));
        arguments.addAll(options);
        return arguments;
    }

    private static List<Path> filesOf(Path directory, String suffix) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static Map<String, String> hashes(Path directory) throws IOException {
        var hashes = new TreeMap<String, String>();
        for (var file : filesOf(directory, "")) {
            hashes.put(file.getFileName().toString(), PrivateFiles.sha256(file));
        }
        return hashes;
    }
}
