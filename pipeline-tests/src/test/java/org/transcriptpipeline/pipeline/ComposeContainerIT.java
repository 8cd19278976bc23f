package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Scenario;

/// `docker compose up --build`, and what containers add to the promises: whoever of them is killed, whatever was
/// acknowledged is stored; a destroyed database comes back from its backup. One stack for all of it: starting takes
/// longer than the rest.
@Isolated // six JVMs: beside another pipeline each waits for the other
@EnabledIf("org.transcriptpipeline.pipeline.ComposeStack#engineAnswers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeContainerIT {

    private static final int PER_SECOND = 80;
    private static final List<String> KILLED = List.of("ingest", "archiver", "notifier", "kafka", "postgres");

    /// Ends of flows that were acknowledged: so many mails have to come.
    private static final List<Requests> handedOver = new ArrayList<>();

    private static ComposeStack stack;

    @BeforeAll
    static void up(@TempDir Path directory) throws Exception {
        stack = new ComposeStack("it", directory);
        var from = System.getProperty("containers.from");
        if (from == null) {
            stack.up();
        } else {
            stack.with("VERSION", from);
            stack.upAgain();
        }
    }

    @AfterAll
    static void down() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @Order(1)
    void theDemoIsInPostgresAndItsMailInTheCatcher() throws Exception {
        var scenario = Scenario.bundled("puppy-hotline.yaml");
        try (var twilio = stack.twilio()) {
            var answers = twilio.play(scenario, now().minusSeconds(150));
            assertThat(answers).isNotEmpty().allMatch(Answer::isAcknowledged);
        }

        await("the handoff mail").atMost(Duration.ofSeconds(90)).until(() -> mails().size() == 1);
        var mail = mails().getFirst().mail();
        assertThat(DemoIT.words(mail.text()))
                .containsSubsequence(DemoIT.MESSAGES)
                .contains("30003");
        assertThat(
                        stack.query(
                                "SELECT index, author_kind, coalesce(delivery_status, '-') FROM transcripts.messages ORDER BY index"))
                .containsExactly(
                        "0|customer|-",
                        "1|flow|delivered",
                        "2|customer|-",
                        "3|customer|-",
                        "4|flow|delivered",
                        "5|customer|-",
                        "6|flow|undelivered",
                        "7|customer|-",
                        "8|flow|delivered");
    }

    @Test
    @Order(2)
    @Tag("S8")
    void noContainerHasARightThatItDoesNotNeed() throws Exception {
        for (var service : ComposeStack.LONG_RUNNING) {
            assertThat(stack.inspect(service, "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Privileged}}"))
                    .as("read-only root, unprivileged: %s", service)
                    .isEqualTo("true false");
            assertThat(stack.inspect(service, "{{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}"))
                    .as("no capability, none to be had: %s", service)
                    .isEqualTo("[ALL] [no-new-privileges:true]");
            assertThat(stack.inspect(
                            service, "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}"))
                    .as("limits of memory, processors and processes: %s", service)
                    .matches("[1-9]\\d* [1-9]\\d* [1-9]\\d*");
            assertThat(stack.inspect(service, "{{json .}}"))
                    .as("what `docker inspect` shows of %s", service)
                    .doesNotContain(stack.secrets());
        }
        for (var service : ComposeStack.OF_OURS) {
            assertThat(stack.inspect(service, "{{.HostConfig.CapAdd}}")).isEqualTo("[]");
            assertThat(stack.exec(service, "cat", "/proc/1/status"))
                    .as("the process of %s", service)
                    .contains(
                            "Uid:\t10001\t10001",
                            "CapEff:\t0000000000000000",
                            "CapBnd:\t0000000000000000",
                            "NoNewPrivs:\t1")
                    .contains("Name:\tjava"); // the JVM itself gets SIGTERM, no shell before it
            assertThat(stack.exec(service, "bash", "-c", "touch /app/x 2>&1 || true"))
                    .contains("Read-only file system");
        }
        assertThat(stack.exec("postgres", "bash", "-c", "stat -c %U /proc/1")).isEqualTo("postgres\n");
        assertThat(publishedPorts()).containsExactlyInAnyOrder("8080/tcp", "8081/tcp", "3143/tcp", "8080/tcp");
    }

    @Test
    @Order(3)
    @Tag("O9")
    void theHealthCheckNamesWhatIsMissing() throws Exception {
        stack.kill("postgres"); // its name goes with it, so this is a failure of DNS as well
        await("readiness that names it")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(stack.inspect("archiver", "{{range .State.Health.Log}}{{.Output}}{{end}}"))
                                .contains("HTTP/1.1 503", "\"db\":{\"details\":{\"reason\":\""));
        stack.upAgain();

        for (var service : ComposeStack.OF_OURS) {
            assertThat(stack.startWithoutSecrets(service))
                    .as("%s, which starts from its AOT cache", service)
                    .contains("configtree:/run/secrets/", "does not exist");
        }
    }

    @Test
    @Order(4)
    @Tag("O9")
    void anIngestThatStartsWithoutKafkaTakesWebhooksAllTheSame() throws Exception {
        stack.kill("kafka"); // with its name: Kafka's client cannot even be made
        stack.kill("ingest");
        stack.compose("up", "--detach", "--no-deps", "ingest");

        var requests = new Requests("early", stack.accountSid(), 1, 1, now());
        try (var twilio = stack.twilio()) {
            var early = requests.stream().toList();
            await("an answer")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> twilio.post(early.getFirst()).isAcknowledged());
            for (var webhook : early) {
                assertThat(twilio.post(webhook).isAcknowledged()).isTrue();
            }
        }
        stack.upAgain();
        await("what was spilled is stored")
                .atMost(Duration.ofSeconds(60))
                .until(() -> stack.query("SELECT count(*) FROM transcripts.messages WHERE conversation_sid = '"
                                + requests.conversationSid(0) + "'")
                        .equals(List.of("1")));
    }

    @Test
    @Order(5)
    void whoeverIsKilledUnderLoadLosesNothingThatWasAcknowledged() throws Exception {
        try (var twilio = stack.twilio()) {
            var load = new Requests("load", stack.accountSid(), 40, 1_000, now().minus(10, ChronoUnit.MINUTES));
            var traffic = new Traffic(twilio, load, PER_SECOND);
            try (traffic) {
                for (var service : KILLED) {
                    // A handoff is somewhere between its trigger and its mail when the kill comes.
                    handOver(service);
                    var before = traffic.acknowledgedMessages().size();
                    int others = traffic.others();
                    stack.kill(service);
                    stack.upAgain();
                    await("traffic is taken again after %s".formatted(service))
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> traffic.acknowledgedMessages().size() > before + 3 * PER_SECOND);
                    if (!service.equals("ingest")) { // then nobody is at home
                        assertThat(traffic.others())
                                .as("requests that were not taken while %s was away", service)
                                .isEqualTo(others);
                    }
                }
            }
            everyAcknowledgedMessageIsStoredOnce(traffic);
            everyHandoffIsMailed();
            assertThat(stack.query("SELECT count(*) FROM transcripts.quarantined_records"))
                    .containsExactly("0");
        }
    }

    @Test
    @Order(6)
    @Tag("O1")
    void aPlannedStopUnderLoadEndsByItselfAndLosesNothing() throws Exception {
        try (var twilio = stack.twilio()) {
            var load = new Requests("stop", stack.accountSid(), 10, 1_000, now().minus(10, ChronoUnit.MINUTES));
            var traffic = new Traffic(twilio, load, PER_SECOND);
            try (traffic) {
                for (var service : List.of("archiver", "notifier", "ingest")) {
                    var before = traffic.acknowledgedMessages().size();
                    await().until(() ->
                            traffic.acknowledgedMessages().size() > before + PER_SECOND || service.equals("ingest"));
                    stack.compose("stop", service);
                    assertThat(stack.inspect(service, "{{.State.ExitCode}}"))
                            .as("143: ended by SIGTERM itself; 137 would be killed after its time, %s", service)
                            .isEqualTo("143");
                }
            }
            stack.upAgain();
            everyAcknowledgedMessageIsStoredOnce(traffic);
        }
    }

    /// The commands are those of docs/deployment.md.
    @Test
    @Order(7)
    void aDestroyedDatabaseIsRestoredAndTheArchiverGoesOnWhereTheBackupEnds() throws Exception {
        var dump = stack.directory().resolve("transcripts.dump");
        var nothing = Files.createFile(stack.directory().resolve("nothing"));
        try (var twilio = stack.twilio()) {
            var load = new Requests("restore", stack.accountSid(), 10, 1_000, now().minus(10, ChronoUnit.MINUTES));
            var traffic = new Traffic(twilio, load, PER_SECOND);
            try (traffic) {
                storedOf("restore", 2 * PER_SECOND);
                stack.exec(nothing, dump, "postgres", "pg_dump", "-U", "postgres", "--format=custom", "transcripts");
                int inTheBackup = storedOf("restore", 1);
                storedOf("restore", inTheBackup + 2 * PER_SECOND);

                stack.compose("stop", "archiver", "notifier");
                stack.compose("rm", "--stop", "--force", "postgres");
                new ProcessBuilder("docker", "volume", "rm", stack.volume("postgres-data"))
                        .inheritIO()
                        .start()
                        .waitFor();
                stack.compose("up", "--detach", "postgres");
                await("an empty server with its roles")
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(stack.inspect("postgres", "{{.State.Health.Status}}"))
                                .isEqualTo("healthy"));
                assertThat(stack.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'transcripts'"))
                        .as("the database is really gone")
                        .containsExactly("0");
                stack.exec(
                        dump,
                        stack.directory().resolve("restore.out"),
                        "postgres",
                        "pg_restore",
                        "-U",
                        "postgres",
                        "--dbname=transcripts",
                        "--exit-on-error");
                stack.upAgain();
            }
            everyAcknowledgedMessageIsStoredOnce(traffic);
            assertThat(mails().stream().map(CaughtMail::messageId).distinct().count())
                    .as("nobody is told of a handoff twice under another id")
                    .isEqualTo(handedOver.size() + 1);
        }
    }

    /// With `-Dcontainers.from=…` the whole class begins with images of that version, and this is a real upgrade;
    /// without it, the containers are made anew all the same.
    @Test
    @Order(8)
    void anUpgradeUnderTrafficLosesNothing() throws Exception {
        try (var twilio = stack.twilio()) {
            var load = new Requests("upgrade", stack.accountSid(), 10, 1_000, now().minus(10, ChronoUnit.MINUTES));
            var traffic = new Traffic(twilio, load, PER_SECOND);
            try (traffic) {
                storedOf("upgrade", PER_SECOND);
                stack.with("VERSION", "latest");
                stack.exec(
                        Path.of("..", "database", "src", "main", "resources", "db", "bootstrap", "roles.sql"),
                        stack.directory().resolve("roles.out"),
                        "postgres",
                        "psql",
                        "-U",
                        "postgres",
                        "transcripts");
                stack.build();
                stack.compose("up", "--detach", "--no-deps", "--force-recreate", "archiver", "notifier");
                stack.awaitHealthy();
                assertThat(traffic.others())
                        .as("ingest took everything while the others were replaced")
                        .isZero();
                stack.compose("up", "--detach", "--no-deps", "--force-recreate", "ingest");
                stack.awaitHealthy();
                var before = traffic.acknowledgedMessages().size();
                await("traffic is taken again")
                        .until(() -> traffic.acknowledgedMessages().size() > before + PER_SECOND);
            }
            everyAcknowledgedMessageIsStoredOnce(traffic);
        }
    }

    private void handOver(String name) throws InterruptedException {
        var requests = new Requests("handoff-" + name, stack.accountSid(), 1, 4, now().minus(10, ChronoUnit.MINUTES));
        try (var twilio = stack.twilio()) {
            twilio.post(
                    requests.stream().iterator(),
                    1,
                    answer -> assertThat(answer.isAcknowledged()).isTrue());
            assertThat(twilio.post(requests.flowEnded(0)).isAcknowledged()).isTrue();
        }
        handedOver.add(requests);
    }

    private static void everyHandoffIsMailed() {
        // One window is left in which a killed notifier repeats a mail, under the same id
        // (docs/adr/009-mail-window.md).
        await("a mail of each handoff")
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofSeconds(1))
                .until(() ->
                        mails().stream().map(CaughtMail::messageId).distinct().count() == handedOver.size() + 1);
    }

    private static void everyAcknowledgedMessageIsStoredOnce(Traffic traffic) {
        await("the archiver has caught up")
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    var stored = stack.query("SELECT message_sid FROM transcripts.messages WHERE NOT is_stub");
                    var distinct = new HashSet<>(stored);
                    assertThat(distinct).hasSameSizeAs(stored);
                    var missing = traffic.acknowledgedMessages().stream()
                            .filter(sid -> !distinct.contains(sid))
                            .toList();
                    assertThat(missing).isEmpty();
                });
    }

    /// Waits until so many messages of a run are stored.
    private static int storedOf(String run, int atLeast) throws Exception {
        var conversations = new Requests(run, stack.accountSid(), 10, 1, now());
        var sids = java.util.stream.IntStream.range(0, 10)
                .mapToObj(c -> "'" + conversations.conversationSid(c) + "'")
                .collect(Collectors.joining(","));
        var sql = "SELECT count(*) FROM transcripts.messages WHERE conversation_sid IN (" + sids + ")";
        await("%d messages of %s".formatted(atLeast, run))
                .atMost(Duration.ofSeconds(60))
                .until(() -> Integer.parseInt(stack.query(sql).getFirst()) >= atLeast);
        return Integer.parseInt(stack.query(sql).getFirst());
    }

    private static List<CaughtMail> mails() throws Exception {
        return CaughtMail.of(ComposeStack.OPERATOR, stack.imapPort());
    }

    private static List<String> publishedPorts() throws Exception {
        var ports = new ArrayList<String>();
        for (var service : ComposeStack.LONG_RUNNING) {
            stack.inspect(service, "{{range $port, $to := .HostConfig.PortBindings}}{{$port}} {{end}}")
                    .lines()
                    .flatMap(line -> List.of(line.strip().split(" ")).stream())
                    .filter(port -> !port.isEmpty())
                    .forEach(ports::add);
        }
        return ports;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
