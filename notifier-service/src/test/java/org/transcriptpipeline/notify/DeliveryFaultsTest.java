package org.transcriptpipeline.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.transcript.Snapshots.aHotlineSnapshot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.notify.delivery.DeliveryJobs;
import org.transcriptpipeline.notify.ledger.Destination;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.notify.mail.ScriptedSmtpServer;
import org.transcriptpipeline.snapshot.SnapshotCodec;

/// What goes wrong on the way out, against a mail server that does as it is told.
class DeliveryFaultsTest {

    private static final String ANNA = "anna@operators.example";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration HEARTBEAT = Duration.ofMillis(200);

    /// Four heartbeats are missed, then it looks dead at each look, one every two heartbeats; the second takes over.
    private static final Duration TAKEOVER = HEARTBEAT.multipliedBy(4 + 2 + 2);

    private final Surroundings around = Surroundings.get();
    private final ScriptedSmtpServer server = new ScriptedSmtpServer();

    @AfterEach
    void stop() {
        server.close();
        // what one test leaves undone is not to be sent by the next
        around.sql().sql("DELETE FROM handoff.scheduled_tasks").update();
    }

    private List<String> accepted(String handoffId) {
        return server.accepted().stream()
                .filter(mail -> mail.contains("Message-ID: <" + handoffId + "."))
                .toList();
    }

    private String[] settings(String recipients, String... more) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "--transcripts.handoff.email-to=" + recipients,
                                "--spring.mail.host=127.0.0.1",
                                "--spring.mail.port=" + server.port(),
                                "--spring.mail.properties.mail.smtp.timeout=20000",
                                "--transcripts.handoff.delivery.heartbeat=" + HEARTBEAT.toMillis() + "ms",
                                "--transcripts.handoff.delivery.first-pause=100ms"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    @Tag("N7")
    @Tag("N8")
    void aRefusedRecipientIsNotTriedAgainAPutOffOneIsAndNeitherStopsTheOther() {
        server.on("RCPT", line -> {
            if (line.contains("refused@")) {
                return "550 <refused@operators.example> unknown";
            }
            return line.contains("later@") && server.heard("RCPT") < 6 ? "451 greylisted" : "250 ok";
        });
        try (var notifier =
                around.notifier(settings("good@operators.example,later@operators.example,refused@operators.example"))) {
            around.announce(around.keep(aHotlineSnapshot("three-ways")));

            await().atMost(SOON).until(() -> around.statuses("three-ways").equals(List.of("sent", "sent", "refused")));
            assertThat(around.attempts("three-ways").stream().map(a -> a.get("outcome")))
                    .startsWith("sent", "try_later")
                    .endsWith("sent", "refused")
                    .hasSizeGreaterThan(3);
            assertThat(around.deliveries("three-ways").getLast())
                    .containsEntry("attempts", 1)
                    .containsEntry("response", "550 <refused@operators.example> unknown");
            assertThat(accepted("three-ways")).hasSize(2);
            await().atMost(SOON).until(() -> around.jobs("three-ways") == 0); // put away after it was marked
        }
    }

    @Test
    @Tag("N5")
    void aDatabaseThatIsAwayAfterTheAnswerCostsNoSecondMail() throws Exception {
        try (var link = new FaultyLink(around.databasePort());
                var notifier = around.notifierAt(
                        link.port(), settings(ANNA, "--spring.datasource.hikari.connection-timeout=250"))) {
            var answered = new CountDownLatch(1);
            server.on("DOT", _ -> {
                link.cut();
                answered.countDown();
                return "250 2.0.0 queued";
            });
            around.announce(around.keep(aHotlineSnapshot("amnesia")));
            assertThat(within20Seconds(answered)).isTrue();
            await().during(TAKEOVER.plusSeconds(1))
                    .atMost(SOON)
                    .until(() -> around.statuses("amnesia").equals(List.of("sending")));

            link.mend();

            await().atMost(SOON).until(() -> around.statuses("amnesia").equals(List.of("sent")));
            await().atMost(SOON).until(() -> around.jobs("amnesia") == 0);
            assertThat(accepted("amnesia")).hasSize(1);
            assertThat(around.attempts("amnesia")).hasSize(1);
        }
    }

    @Test
    @Tag("N2")
    @Tag("N3")
    void aJobWhoseProcessDiedIsTakenOverAndSaysThatItIsTheSecondAttempt() {
        var ready = around.keep(aHotlineSnapshot("orphan"));
        leaveBehind(ready);

        try (var notifier = around.notifier(settings(ANNA))) {
            await().atMost(SOON).until(() -> around.statuses("orphan").equals(List.of("sent")));

            assertThat(accepted("orphan"))
                    .singleElement()
                    .satisfies(mail -> assertThat(mail).contains("X-Transcript-Attempt: 2", "<orphan.1."));
            assertThat(around.attempts("orphan").stream().map(a -> a.get("outcome")))
                    .containsExactly("sending", "sent");
        }
    }

    @Test
    @Tag("N4")
    void aJobThatRunsHereIsNeverTakenOverHoweverDeadItLooks() {
        try (var notifier = around.notifier(settings(ANNA))) {
            sentOnceThough("slow-server", "timestamptz '2026-01-01 00:00:00Z'");
        }
    }

    @Test
    @Tag("N4")
    void aJobThatRunsElsewhereIsNotTakenOverWhileItsHeartbeatMoves() {
        try (var one = around.notifier(settings(ANNA));
                var other = around.notifier(settings(ANNA))) {
            sentOnceThough("slower-server", "clock_timestamp() - interval '1 hour'");
        }
    }

    /// Announces a handoff to a slow server, and keeps its job's heartbeat at this during the dialogue.
    private void sentOnceThough(String handoffId, String heartbeat) {
        // a channel that has not sent anything yet lets in one mail at a time, which would hide a second attempt
        around.announce(around.keep(aHotlineSnapshot("before-" + handoffId)));
        await().atMost(SOON).until(() -> around.statuses("before-" + handoffId).equals(List.of("sent")));
        var inDialogue = new CountDownLatch(1);
        var mayAnswer = new CountDownLatch(1);
        server.on("DOT", _ -> {
            inDialogue.countDown();
            return within20Seconds(mayAnswer) ? "250 2.0.0 queued" : "451 the test did not go on";
        });
        around.announce(around.keep(aHotlineSnapshot(handoffId)));
        assertThat(within20Seconds(inDialogue)).isTrue();

        var late = "UPDATE handoff.scheduled_tasks SET last_heartbeat = " + heartbeat
                + " WHERE task_instance LIKE :id || ':%'";
        await().pollInterval(Duration.ofMillis(10))
                .during(TAKEOVER.plusSeconds(1))
                .atMost(TAKEOVER.plusSeconds(5))
                .until(() -> around.sql().sql(late).param("id", handoffId).update() == 1);
        mayAnswer.countDown();

        await().atMost(SOON).until(() -> around.statuses(handoffId).equals(List.of("sent")));
        await().atMost(SOON).until(() -> around.jobs(handoffId) == 0);
        assertThat(accepted(handoffId)).hasSize(1);
        assertThat(around.attempts(handoffId)).hasSize(1);
    }

    private static boolean within20Seconds(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    @Tag("N3")
    void wherePeopleWantToBeAskedADoubtfulMailIsNotRepeated() {
        leaveBehind(around.keep(aHotlineSnapshot("doubt")));
        var dots = new AtomicInteger();
        server.on("DOT", mail -> {
            dots.addAndGet(mail.contains("<doubt.") || mail.contains("<unanswered.") ? 1 : 0);
            return ScriptedSmtpServer.HANG_UP;
        });

        try (var notifier = around.notifier(settings(ANNA, "--transcripts.handoff.on-doubt=ask"))) {
            await().atMost(SOON).until(() -> around.statuses("doubt").equals(List.of("paused")));
            assertThat(dots).hasValue(0);

            around.announce(around.keep(aHotlineSnapshot("unanswered")));
            await().atMost(SOON).until(() -> around.statuses("unanswered").equals(List.of("paused")));
            await().atMost(SOON).until(() -> around.jobs("unanswered") + around.jobs("doubt") == 0);
            assertThat(dots).hasValue(1);
        }
    }

    /// What a process leaves that is killed between its claim and the server's answer.
    private void leaveBehind(TranscriptReady ready) {
        var destination = new Destination(DestinationKind.EMAIL, ANNA);
        around.sql()
                .sql("""
                        WITH delivery AS (
                            INSERT INTO handoff.deliveries
                                (handoff_id, version, destination_kind, destination, account_sid, conversation_sid, status,
                                 attempts, attempt_token, first_attempt_at, give_up_at, message_id, snapshot_sha256)
                            VALUES (:id, 1, 'email', :to, 'AC', 'CH', 'sending', 1, 'gone', now(), now() + interval '1 day',
                                '<' || :id || '.1.x@hotline.example>', :hash)
                        ), attempt AS (
                            INSERT INTO handoff.attempts
                                (handoff_id, version, destination_kind, destination, attempt, account_sid, attempted_at,
                                 outcome)
                            VALUES (:id, 1, 'email', :to, 1, 'AC', now(), 'sending')
                        )
                        INSERT INTO handoff.scheduled_tasks
                            (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, version)
                        VALUES ('handoff-delivery', :id || ':1:' || :fingerprint, now(), true, 'a process that is gone',
                            now() - interval '1 minute', 2)
                        """)
                .param("id", ready.handoffId())
                .param("to", ANNA)
                .param("hash", ready.contentSha256())
                .param("fingerprint", destination.fingerprint())
                .update();
    }

    @Test
    @Tag("N19")
    void aWrongPasswordPausesTheChannelAndLocksNoAccount() {
        server.on("AUTH", "535 5.7.8 wrong");
        try (var notifier = around.notifier(settings(
                "a@operators.example,b@operators.example,c@operators.example",
                "--spring.mail.username=pipeline",
                "--spring.mail.password=wrong",
                "--transcripts.handoff.channel-pause=10s"))) {
            around.announce(around.keep(aHotlineSnapshot("locked-out")));
            await().atMost(SOON).until(() -> around.statuses("locked-out").contains("paused"));
            around.announce(around.keep(aHotlineSnapshot("locked-out-too")));
            await().atMost(SOON).until(() -> around.statuses("locked-out-too").size() == 3);

            await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> server.heard("AUTH") == 1);
            var health = notifier.getBean("mailChannelHealthIndicator", HealthIndicator.class)
                    .health();
            assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(health.getDetails().toString()).contains("535").doesNotContain("wrong");

            server.friendly();
            await().atMost(SOON)
                    .until(() -> around.statuses("locked-out").stream().allMatch("sent"::equals));
            await().atMost(SOON)
                    .until(() -> around.statuses("locked-out-too").stream().allMatch("sent"::equals));
            assertThat(accepted("locked-out")).hasSize(3);
            assertThat(accepted("locked-out-too")).hasSize(3);
            assertThat(notifier.getBean("mailChannelHealthIndicator", HealthIndicator.class)
                            .health()
                            .getStatus())
                    .isEqualTo(Status.UP);
        }
    }

    @Test
    @Tag("N6")
    void aBacklogGoesOutSoonAfterTheServerIsBackAndTheServiceWasRestarted() {
        server.on("GREETING", "421 come back later");
        var recipients = "a@operators.example,b@operators.example,c@operators.example,d@operators.example";
        try (var notifier = around.notifier(settings(recipients))) {
            for (int i = 0; i < 4; i++) {
                around.announce(around.keep(aHotlineSnapshot("backlog-" + i)));
            }
            await().atMost(SOON).until(() -> around.statuses("backlog-3").size() == 4 && server.heard("GREETING") >= 4);
        }
        leaveBehind(around.keep(aHotlineSnapshot("backlog-orphan")));
        server.friendly();

        try (var notifier = around.notifier(settings(recipients))) {
            for (var handoff : List.of("backlog-0", "backlog-1", "backlog-2", "backlog-3", "backlog-orphan")) {
                await().atMost(SOON)
                        .until(() -> around.statuses(handoff).stream().allMatch("sent"::equals));
            }
        }
        assertThat(server.accepted()).hasSize(17);
    }

    @Test
    @Tag("N6")
    void whatCannotBeSentForADayIsGivenUp() {
        server.on("GREETING", "421 come back later");
        try (var notifier = around.notifier(settings(ANNA, "--transcripts.handoff.give-up-after=1s"))) {
            around.announce(around.keep(aHotlineSnapshot("hopeless")));

            await().atMost(SOON).until(() -> around.statuses("hopeless").equals(List.of("refused")));
            assertThat(around.attempts("hopeless")).hasSizeGreaterThan(1);
            assertThat((String) around.deliveries("hopeless").getFirst().get("response"))
                    .isEqualTo("given up: 421 come back later");
        }
    }

    @Test
    void withoutAMailServerMailsAreFilesAndASecondStartWritesNone(@TempDir Path directory) throws Exception {
        var outbox = directory.resolve("outbox");
        var ready = around.keep(aHotlineSnapshot("filed"));
        String[] settings = {
            "--transcripts.handoff.email-to=" + ANNA, "--transcripts.handoff.outbox-directory=" + outbox
        };
        try (var notifier = around.notifier(settings)) {
            around.announce(ready);
            await().atMost(SOON).until(() -> around.statuses("filed").equals(List.of("sent")));
        }
        var file =
                outbox.resolve(around.deliveries("filed")
                                .getFirst()
                                .get("message_id")
                                .toString()
                                .replaceAll("[<>]", "") + ".eml");
        assertThat(file).isRegularFile().content().contains("Bella", "Message-ID: <filed.1.");
        assertThat(around.deliveries("filed").getFirst())
                .containsEntry("content_sha256", SnapshotCodec.sha256(Files.readString(file)));
        var written = Files.getLastModifiedTime(file);

        // the mark is lost, as by a kill after the file was written
        around.sql()
                .sql("UPDATE handoff.deliveries SET status = 'sending', sent_at = NULL WHERE handoff_id = 'filed'")
                .update();
        try (var notifier = around.notifier(settings)) {
            around.announce(ready);
            notifier.getBean(DeliveryJobs.class)
                    .schedule(List.of(new org.transcriptpipeline.notify.ledger.DeliveryKey(
                            "filed", 1, new Destination(DestinationKind.EMAIL, ANNA))));
            await().atMost(SOON).until(() -> around.statuses("filed").equals(List.of("sent")));
        }
        try (var files = Files.list(outbox)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
    }
}
