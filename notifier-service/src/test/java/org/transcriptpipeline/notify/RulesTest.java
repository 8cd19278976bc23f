package org.transcriptpipeline.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.transcript.Snapshots.aHotlineSnapshot;
import static org.transcriptpipeline.transcript.Snapshots.aMessage;
import static org.transcriptpipeline.transcript.Snapshots.aSnapshot;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.notify.delivery.DeliveryJobs;
import org.transcriptpipeline.notify.forward.PeculiarHost;
import org.transcriptpipeline.notify.ledger.DeliveryKey;
import org.transcriptpipeline.notify.ledger.Destination;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.ledger.PlannedDelivery;
import org.transcriptpipeline.notify.mail.ScriptedSmtpServer;
import org.transcriptpipeline.rules.TakeLinks;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.databind.json.JsonMapper;

/// One notifier with rules, and everything that they send to.
class RulesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final byte[] KEY = "a key of thirty-two bytes, or so".getBytes(StandardCharsets.US_ASCII);
    private static final String LINK_SECRET = "a secret of links with more than 32 characters";

    private static final Surroundings around = Surroundings.get();
    private static final ScriptedSmtpServer mailServer = new ScriptedSmtpServer();
    private static final PeculiarHost host = new PeculiarHost();

    @TempDir
    private static Path directory;

    private static ConfigurableApplicationContext notifier;

    @BeforeAll
    static void start() throws Exception {
        var now = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        var rules = Files.writeString(directory.resolve("rules.yaml"), """
                destinations:
                  people: {email: [anna@operators.example, boris@operators.example], failures: false}
                  lead: {email: [lead@operators.example, anna@operators.example]}
                  crm: {webhook: "http://127.0.0.1:%1$d/crm", secret: "${CRM_SECRET}"}
                  moody: {webhook: "http://127.0.0.1:%1$d/moody", secret: "${CRM_SECRET}"}
                  chat: {slack: "${SLACK_URL}"}
                  shelf: {directory: "%2$s"}
                  sleeper: {email: sleeper@operators.example, quiet-hours: {from: "%3$s", to: "%4$s"}}
                rules:
                  - name: refunds
                    when: {channel: sms, our-number: "+15005550001", answers: {topic: [refund]}}
                    to: [people, crm, chat, shelf, lead]
                    take-over: {within: 10m, then: [lead]}
                    answer-at: https://desk.example.com/c/{conversationSid}
                  - {name: moods, when: {reason: moody}, to: moody}
                  - {name: nights, when: {reason: night}, to: sleeper}
                  - {name: silence, when: {reason: silence}, to: []}
                """.formatted(
                        host.port(), directory.resolve("shelf"), now.minusHours(1), now.plusHours(2)));
        notifier = around.notifier(
                "--transcripts.handoff.rules=" + rules,
                "--transcripts.handoff.email-to=everyone@operators.example",
                "--CRM_SECRET=whsec_" + Base64.getEncoder().encodeToString(KEY),
                "--SLACK_URL=http://127.0.0.1:" + host.port() + "/slack",
                "--transcripts.forward.allowed-private-hosts=127.0.0.1",
                "--transcripts.forward.pause=2s",
                "--transcripts.handoff.console-base-url=https://transcripts.example.com",
                "--transcripts.handoff.link-secret=" + LINK_SECRET,
                "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + mailServer.port());
    }

    @AfterAll
    static void stop() {
        notifier.close();
        mailServer.close();
        host.close();
        around.sql().sql("DELETE FROM handoff.scheduled_tasks").update();
    }

    @BeforeEach
    void friendly() {
        host.does(PeculiarHost.status("204 No Content"));
    }

    private static TranscriptSnapshot refund(String handoffId) {
        return aSnapshot()
                .of(handoffId)
                .collecting(Map.of("topic", "Refund"))
                .with(aMessage().saying("<!channel> I want *my* money"))
                .with(aMessage().by("flow", "hotline").saying("Sorry!").failed())
                .build();
    }

    private static TranscriptSnapshot because(String handoffId, String reason) {
        return aSnapshot().of(handoffId).because(reason).with(aMessage()).build();
    }

    private static TranscriptSnapshot version(TranscriptSnapshot s, int version, String kind) {
        return new TranscriptSnapshot(
                s.format(),
                s.handoffId(),
                version,
                s.accountSid(),
                s.conversationSid(),
                s.executionSid(),
                s.flowSid(),
                s.trigger(),
                s.reason(),
                s.note(),
                s.answers(),
                s.requestedAt(),
                s.takenAt(),
                s.conversation(),
                s.verdict(),
                s.messageCount(),
                s.failedCount(),
                s.missingCount(),
                s.participants(),
                s.messages(),
                s.omittedMessages(),
                s.omittedAfter(),
                kind,
                version - 1);
    }

    private static List<String> destinations(String handoffId, int version) {
        return around.deliveries(handoffId).stream()
                .filter(d -> d.get("version").equals(version))
                .map(d -> d.get("destination_kind") + " " + d.get("destination") + " by " + d.get("destination_name"))
                .sorted()
                .toList();
    }

    private static void awaitAll(String handoffId, int count, String status) {
        await().atMost(SOON)
                .until(() -> around.statuses(handoffId).size() == count
                        && around.statuses(handoffId).stream().allMatch(status::equals));
    }

    private static List<PeculiarHost.Request> requests(String path, String handoffId) {
        return host.requests().stream()
                .filter(r -> r.line().startsWith("POST " + path + " "))
                .filter(r -> r.headers().getOrDefault("webhook-id", "").startsWith(handoffId + ":")
                        || new String(r.body(), StandardCharsets.UTF_8).contains(handoffId))
                .toList();
    }

    @Test
    void theRuleSaysWhoHearsAndTheLedgerSaysByWhich() {
        around.announce(around.keep(refund("ruled")));
        around.announce(around.keep(aHotlineSnapshot("unruled")));

        awaitAll("ruled", 6, "sent");
        awaitAll("unruled", 1, "sent");
        assertThat(destinations("ruled", 1))
                .containsExactly(
                        "directory shelf by shelf",
                        "email anna@operators.example by people",
                        "email boris@operators.example by people",
                        "email lead@operators.example by lead",
                        "slack chat by chat",
                        "webhook crm by crm");
        assertThat(around.deliveries("ruled"))
                .allSatisfy(d -> assertThat(d)
                        .containsEntry("rule", "refunds")
                        .containsEntry("not_before", null)
                        .doesNotContainValue("127.0.0.1"));
        assertThat(around.deliveries("unruled").getFirst().get("template_version"))
                .isNotNull();
        assertThat(destinations("unruled", 1)).containsExactly("email everyone@operators.example by everyone-email");
    }

    @Test
    void aWebhookGetsTheSnapshotSigned() throws Exception {
        var ready = around.keep(refund("signed"));
        around.announce(ready);
        awaitAll("signed", 6, "sent");

        var request = requests("/crm", "signed").getFirst();
        assertThat(SnapshotCodec.sha256(new String(request.body(), StandardCharsets.UTF_8)))
                .isEqualTo(ready.contentSha256());
        assertThat(request.headers()).containsEntry("idempotency-key", "signed:1");
        var id = request.headers().get("webhook-id");
        assertThat(id).matches("signed:1:[0-9a-f]{16}");
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        mac.update((id + "." + request.headers().get("webhook-timestamp") + ".").getBytes(StandardCharsets.UTF_8));
        assertThat(request.headers().get("webhook-signature"))
                .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(request.body())));
        assertThat(Long.parseLong(request.headers().get("webhook-timestamp")))
                .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(60L));
        assertThat(around.deliveries("signed"))
                .filteredOn(d -> d.get("destination_kind").equals("webhook"))
                .singleElement()
                .satisfies(d -> assertThat(d)
                        .containsEntry("response", "204")
                        .containsEntry("template_version", null) // what goes out is the snapshot
                        .containsEntry("message_id", id)
                        .containsEntry("content_sha256", ready.contentSha256()));
    }

    @Test
    void slackGetsAFewLinesAndTheLinks() {
        around.announce(around.keep(refund("chatty")));
        awaitAll("chatty", 6, "sent");

        var message = JsonMapper.builder()
                .build()
                .readTree(requests("/slack", "chatty").getFirst().body());
        assertThat(message.path("blocks").get(0).path("text").path("type").stringValue())
                .isEqualTo("plain_text");
        assertThat(message.path("blocks").get(0).path("text").path("text").stringValue())
                .contains("2 messages, 1 not delivered", "> <!channel> I want *my* money");
        assertThat(message.path("text").stringValue()).doesNotContain("<");
        var take = TakeLinks.of("https://transcripts.example.com", LINK_SECRET)
                .link("chatty", new Destination(DestinationKind.SLACK, "chat").fingerprint());
        assertThat(message.path("blocks").get(1).path("text").path("text").stringValue())
                .isEqualTo("<https://desk.example.com/c/CH" + "0123456789abcdef0123456789abcdef|Answer the customer>"
                        + "   <" + take + "|I have it>");
    }

    @Test
    void aDirectoryGetsTheSnapshotWholeAndOnce() throws Exception {
        var ready = around.keep(refund("shelved"));
        around.announce(ready);
        awaitAll("shelved", 6, "sent");

        var shelf = directory.resolve("shelf");
        var snapshot = shelf.resolve("shelved-v1").resolve("snapshot.json");
        assertThat(SnapshotCodec.sha256(Files.readString(snapshot))).isEqualTo(ready.contentSha256());
        await().atMost(SOON).until(() -> around.jobs("shelved") == 0);
        // the mark is lost, as by a kill after the directory was written
        around.sql()
                .sql("UPDATE handoff.deliveries SET status = 'sending', sent_at = NULL"
                        + " WHERE handoff_id = 'shelved' AND destination_kind = 'directory'")
                .update();
        notifier.getBean(DeliveryJobs.class)
                .schedule(List.of(new DeliveryKey("shelved", 1, new Destination(DestinationKind.DIRECTORY, "shelf"))));
        awaitAll("shelved", 6, "sent");
        assertThat(around.deliveries("shelved"))
                .filteredOn(d -> d.get("destination_kind").equals("directory"))
                .singleElement()
                .satisfies(d -> assertThat(d).containsEntry("response", "already there as shelved-v1"));
        try (var entries = Files.list(shelf)) {
            assertThat(entries.map(e -> e.getFileName().toString()))
                    .contains("shelved-v1")
                    .noneMatch(n -> n.startsWith("."));
        }
    }

    @Test
    void aReminderGoesToWhomTheRuleNamesForIt() {
        around.keep(refund("reminded"));
        around.announce(around.keep(version(refund("reminded"), 2, TranscriptReady.REMINDER)));

        awaitAll("reminded", 2, "sent");
        assertThat(destinations("reminded", 2))
                .containsExactly("email anna@operators.example by lead", "email lead@operators.example by lead");
    }

    @Test
    void whoDoesNotHearOfFailuresHearsOfMessages() {
        around.keep(refund("followed"));
        var failure = version(refund("followed"), 2, TranscriptReady.FOLLOW_UP);
        around.keep(failure);
        around.announce(around.ready(failure, Instant.now(), 0, 1));
        awaitAll("followed", 5, "sent");
        assertThat(destinations("followed", 2))
                .noneMatch(d -> d.endsWith("by people"))
                .contains("email anna@operators.example by lead");

        var message = version(refund("followed"), 3, TranscriptReady.FOLLOW_UP);
        around.keep(message);
        around.announce(around.ready(message, Instant.now(), 1, 1));
        awaitAll("followed", 11, "sent");
        assertThat(destinations("followed", 3)).contains("email boris@operators.example by people");
    }

    @Test
    void inQuietHoursItWaitsAndTheLedgerSaysUntilWhen() {
        around.announce(around.keep(because("sleeping", "night")));
        await().atMost(SOON).until(() -> around.statuses("sleeping").equals(List.of("planned")));

        var delivery = around.deliveries("sleeping").getFirst();
        var notBefore = ((java.sql.Timestamp) delivery.get("not_before")).toInstant();
        assertThat(notBefore).isAfter(Instant.now().plus(Duration.ofHours(1)));
        assertThat(around.sql()
                        .sql("SELECT execution_time FROM handoff.scheduled_tasks WHERE task_instance LIKE 'sleeping:%'")
                        .query((row, _) -> row.getTimestamp(1).toInstant())
                        .single())
                .isEqualTo(notBefore);

        // a job that is due too early, after a change of the rules for instance, goes back to sleep
        around.sql()
                .sql("UPDATE handoff.deliveries SET not_before = NULL WHERE handoff_id = 'sleeping'")
                .update();
        around.sql()
                .sql("UPDATE handoff.scheduled_tasks SET execution_time = now() WHERE task_instance LIKE 'sleeping:%'")
                .update();
        await().atMost(SOON)
                .until(() -> around.deliveries("sleeping").getFirst().get("not_before") != null);
        assertThat(around.attempts("sleeping")).isEmpty();
        assertThat(around.jobs("sleeping")).isOne();
    }

    @Test
    void aRuleMaySayThatNobodyIsTold() {
        var after = around.keep(aHotlineSnapshot("after-silence"));
        around.announce(around.keep(because("silenced", "silence")));
        around.announce(after);

        awaitAll("after-silence", 1, "sent");
        assertThat(around.deliveries("silenced")).isEmpty();
    }

    @Test
    void aWebhookThatRefusesUsIsLeftAloneAndTheOthersAreNot() {
        host.does((request, out) -> PeculiarHost.status(
                        request.line().contains("/moody") ? "401 Unauthorized" : "204 No Content")
                .answer(request, out));
        around.announce(around.keep(because("moody-1", "moody")));
        await().atMost(SOON).until(() -> around.statuses("moody-1").equals(List.of("paused")));
        around.announce(around.keep(because("moody-2", "moody")));
        around.announce(around.keep(refund("cheerful")));

        awaitAll("cheerful", 6, "sent");
        assertThat(requests("/moody", "moody-")).hasSizeLessThanOrEqualTo(2); // one try for each pause
        var paused = notifier.getBean(MeterRegistry.class)
                .get("transcripts_destination_paused")
                .tag("destination", "moody");
        assertThat(paused.gauge().value()).isOne();

        host.does(PeculiarHost.status("204 No Content"));
        awaitAll("moody-1", 1, "sent");
        awaitAll("moody-2", 1, "sent");
        assertThat(paused.gauge().value()).isZero();
    }

    @Test
    @Tag("N18")
    void whatPassesIsTriedAgainUnderTheSameIdAndARedirectIsARefusal() {
        host.does((request, out) -> PeculiarHost.status(
                        requests("/moody", "patient").size() < 3 ? "429 Slow down" : "200 OK", "Retry-After: 1")
                .answer(request, out));
        around.announce(around.keep(because("patient", "moody")));
        awaitAll("patient", 1, "sent");
        assertThat(requests("/moody", "patient").stream()
                        .map(r -> r.headers().get("webhook-id"))
                        .distinct())
                .hasSize(1);
        assertThat(around.attempts("patient").stream().map(a -> a.get("response")))
                .containsExactly("429", "429", "200");

        host.does(PeculiarHost.status("302 Found", "Location: http://127.0.0.1:" + host.port() + "/elsewhere"));
        around.announce(around.keep(because("redirected", "moody")));
        awaitAll("redirected", 1, "refused");
        assertThat(host.requests()).noneMatch(r -> r.line().contains("/elsewhere"));
        await().atMost(SOON).until(() -> around.jobs("redirected") == 0); // put away after it was marked
    }

    @Test
    void aDestinationThatTheRulesHaveNoMoreIsRefusedUnlessItsAddressIsKnown() {
        var ready = around.keep(aHotlineSnapshot("orphaned"));
        var keys = List.of(
                new DeliveryKey("orphaned", 1, new Destination(DestinationKind.WEBHOOK, "gone")),
                new DeliveryKey("orphaned", 1, new Destination(DestinationKind.EMAIL, "gone@operators.example")));
        notifier.getBean(HandoffLedger.class)
                .plan(keys.stream()
                        .map(k -> new PlannedDelivery(
                                k,
                                "AC",
                                "CH",
                                "<" + k.destination().fingerprint() + "@hotline.example>",
                                ready.contentSha256(),
                                null,
                                "old",
                                "gone",
                                Instant.now(),
                                null))
                        .toList());

        notifier.getBean(DeliveryJobs.class).schedule(keys);

        await().atMost(SOON).until(() -> around.statuses("orphaned").equals(List.of("refused", "sent")));
        assertThat(around.deliveries("orphaned").getFirst())
                .containsEntry("response", "the rules have no webhook of this name any more");
    }
}
