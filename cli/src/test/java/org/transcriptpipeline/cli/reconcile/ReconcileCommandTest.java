package org.transcriptpipeline.cli.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.cli.StoreForTests;
import org.transcriptpipeline.simulator.Sids;

/// The queue is the real one; the archiver's part in it is played by hand.
class ReconcileCommandTest {

    private static final String ACCOUNT = Sids.account("reconcile");
    private static final String CONVERSATION = Sids.of("CH", "reconcile");

    private final Run.Setting setting =
            Run.Setting.of(Map.of("SPRING_DATASOURCE_URL", StoreForTests.jdbcUrl(), "TWILIO_ACCOUNT_SID", ACCOUNT));

    @BeforeEach
    void empty() {
        StoreForTests.update("DELETE FROM store.reconciliations");
        StoreForTests.update("DELETE FROM store.reconciliation_sweeps");
    }

    @Test
    void asksForAConversationOnceHoweverOftenItIsCalled() {
        assertThat(setting.run("reconcile", "--conversation", CONVERSATION).status())
                .isZero();
        StoreForTests.update("UPDATE store.reconciliations SET due_at = now() + interval '1 hour'");
        var again = setting.run("reconcile", "--conversation", CONVERSATION, "--json");

        assertThat(again.status()).isZero();
        assertThat(again.json().path("state").stringValue()).isEqualTo("asked");
        assertThat(StoreForTests.text("""
                SELECT string_agg(concat_ws(' ', conversation_sid, account_sid, reason, priority, is_whole, due_at <= now()), ',')
                FROM store.reconciliations
                """)).isEqualTo(CONVERSATION + " " + ACCOUNT + " command 2 t t");
    }

    @Test
    void whatIsMoreUrgentStaysSo() {
        StoreForTests.update("""
                INSERT INTO store.reconciliations (conversation_sid, account_sid, reason, priority, is_whole, order_at)
                VALUES (?, ?, 'handoff', 0, false, now())
                """, CONVERSATION, ACCOUNT);

        setting.run("reconcile", "--conversation", CONVERSATION);

        assertThat(StoreForTests.text("SELECT concat_ws(' ', reason, priority, is_whole) FROM store.reconciliations"))
                .isEqualTo("handoff 0 t");
    }

    @Test
    void waitsUntilTheQueueIsDoneAndSaysHowItWent() {
        var waiting = CompletableFuture.supplyAsync(
                () -> setting.run("reconcile", "--conversation", CONVERSATION, "--wait", "--json"));
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> StoreForTests.text("SELECT count(*) FROM store.reconciliations")
                        .equals("1"));

        StoreForTests.update("DELETE FROM store.reconciliations");

        var run = waiting.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(run.json().path("state").stringValue()).isEqualTo("done");
        assertThat(run.json().path("verdicts").path("unknown").intValue()).isEqualTo(1);
        assertThat(run.status()).isEqualTo(1); // the store has no such conversation
        assertThat(run.err()).startsWith("1 left\n");
    }

    @Test
    void whatIsNotDoneInTimeIsSaid() {
        var run = setting.run("reconcile", "--conversation", CONVERSATION, "--wait", "--timeout", "PT0.1S");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).startsWith("Not done in time; it goes on by itself.\n");
    }

    @Test
    void aSweepIsFollowedToItsEnd() {
        var waiting = CompletableFuture.supplyAsync(
                () -> setting.run("reconcile", "--all", "--since", "2026-11-01", "--wait", "--json"));
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> StoreForTests.update(
                                "UPDATE store.reconciliation_sweeps SET finished_at = now(), listed_count = 7")
                        == 1);

        var run = waiting.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(
                        StoreForTests.text(
                                "SELECT concat_ws(' ', account_sid, reason, created_from AT TIME ZONE 'UTC') FROM store.reconciliation_sweeps"))
                .isEqualTo(ACCOUNT + " command 2026-11-01 00:00:00");
        assertThat(run.err()).contains("7 listed, 0 left");
    }

    @Test
    void wrongUseIsNamed() {
        assertThat(setting.run("reconcile").status()).isEqualTo(2);
        assertThat(setting.run("reconcile", "--all").status()).isEqualTo(2);
        assertThat(setting.run("reconcile", "--all", "--since", "yesterday").status())
                .isEqualTo(2);
        assertThat(setting.run("reconcile", "--conversation", "IM1").status()).isEqualTo(2);
        assertThat(setting.without("TWILIO_ACCOUNT_SID")
                        .run("reconcile", "--conversation", CONVERSATION)
                        .status())
                .isEqualTo(2);
    }

    @Test
    void aDatabaseThatIsAwayIsARefusal() {
        var run = setting.with("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:1/transcripts?password=hidden")
                .run("reconcile", "--conversation", CONVERSATION, "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json().path("error").stringValue()).startsWith("Postgres: it cannot be reached");
        assertThat(run.everything()).doesNotContain("hidden");
    }
}
