package org.transcriptpipeline.notify.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.notify.Surroundings;

/// Under the rights that the notifier has.
class HandoffLedgerTest {

    private final Surroundings around = Surroundings.get();
    private final HandoffLedger ledger = ledger();

    private HandoffLedger ledger() {
        var source = around.as(DatabaseRoles.NOTIFIER);
        return new HandoffLedger(
                JdbcClient.create(source),
                new TransactionTemplate(new DataSourceTransactionManager(source)),
                Duration.ofHours(24));
    }

    @Test
    @Tag("N1")
    void aDeliveryIsPlannedOnceHoweverOftenItIsAnnounced() {
        var planned = planned("planned-once");

        assertThat(ledger.plan(List.of(planned, planned))).containsExactly(planned.key());
        assertThat(ledger.plan(List.of(planned, planned("planned-new"))))
                .containsExactly(planned("planned-new").key());
    }

    @Test
    void aRepeatTellsNobodyElseWhenTheRulesHaveChanged() {
        var planned = planned("replayed");
        ledger.plan(List.of(planned));
        var another = new PlannedDelivery(
                new DeliveryKey("replayed", 1, new Destination(DestinationKind.EMAIL, "new@operators.example")),
                "AC",
                "CH",
                "<new@hotline.example>",
                "00",
                null,
                "changed",
                "new",
                planned.readyAt(),
                null);

        assertThat(ledger.plan(List.of(planned, another))).isEmpty();
        assertThat(around.deliveries("replayed")).hasSize(1);
    }

    @Test
    void theMailsBeforeItAreThoseOfTheSameRecipient() {
        var first = planned("threaded");
        var second = new DeliveryKey("threaded", 2, first.key().destination());
        ledger.plan(List.of(first));

        assertThat(ledger.messageIdsBefore(second)).containsExactly(first.messageId());
        assertThat(ledger.messageIdsBefore(first.key())).isEmpty();
        assertThat(ledger.messageIdsBefore(new DeliveryKey(
                        "threaded", 2, new Destination(DestinationKind.EMAIL, "boris@operators.example"))))
                .isEmpty();
    }

    @Test
    void whatHasNotGoneOutFollowsTheLastAnnouncement() {
        ledger.plan(List.of(planned("settled-again", "00")));

        assertThat(ledger.plan(List.of(planned("settled-again", "01"), planned("settled-again", "02"))))
                .isEmpty();

        var key = planned("settled-again").key();
        assertThat(ledger.find(key.handoffId(), key.version(), key.destination().fingerprint()))
                .isNotNull()
                .extracting(Delivery::snapshotSha256)
                .isEqualTo("02");
    }

    @Test
    @Tag("N4")
    void whoHasLostTheClaimLeavesTheRowAlone() {
        var key = plan("fenced");
        var slow = granted(ledger.claim(key, OnDoubt.RESEND));
        var quick = granted(ledger.claim(key, OnDoubt.RESEND)); // took over

        assertThat(ledger.finish(slow, new Entry(DeliveryStatus.REFUSED, "refused", "550", null, null)))
                .isFalse();
        assertThat(around.statuses("fenced")).containsExactly("sending");
        assertThat(ledger.finish(quick, new Entry(DeliveryStatus.SENT, "sent", "250", "00", "t1")))
                .isTrue();

        assertThat(around.statuses("fenced")).containsExactly("sent");
        assertThat(around.attempts("fenced").stream().map(a -> a.get("outcome")))
                .containsExactly("refused", "sent");
        assertThat(quick.attempt()).isEqualTo(2);
    }

    @Test
    void anOutcomeThatIsWrittenDownTwiceIsStillOurs() {
        var claim = granted(ledger.claim(plan("twice"), OnDoubt.RESEND));
        var entry = new Entry(DeliveryStatus.SENT, "sent", "250", "00", "t1");

        assertThat(ledger.finish(claim, entry)).isTrue();
        var sentAt = around.deliveries("twice").getFirst().get("sent_at");

        assertThat(ledger.finish(claim, entry)).isTrue();
        assertThat(around.deliveries("twice").getFirst()).containsEntry("sent_at", sentAt);
        assertThat(ledger.claim(claim.key(), OnDoubt.RESEND)).isEqualTo(new Claim.Settled(DeliveryStatus.SENT));
    }

    @Test
    void anAttemptThatBrokeOffIsAskedAboutWhereThatIsWanted() {
        var key = plan("asked");
        ledger.claim(key, OnDoubt.ASK);

        assertThat(ledger.claim(key, OnDoubt.ASK)).isEqualTo(new Claim.Doubtful());
        assertThat(around.statuses("asked")).containsExactly("paused");
    }

    @Test
    void theViewsTellByWhichRuleAndTemplatesSomethingWentOut() {
        var claim = granted(ledger.claim(plan("told-why"), OnDoubt.RESEND));
        ledger.finish(claim, new Entry(DeliveryStatus.SENT, "sent", "250", "00", "t1"));

        for (var view : List.of("transcripts.handoff_deliveries", "transcripts.handoff_attempts")) {
            assertThat(around.sql()
                            .sql("SELECT rule, destination_name, template_version, content_sha256 FROM " + view
                                    + " WHERE handoff_id = 'told-why'")
                            .query()
                            .singleRow())
                    .containsEntry("rule", "hotline")
                    .containsEntry("destination_name", "support")
                    .containsEntry("template_version", "t1")
                    .containsEntry("content_sha256", "00");
        }
    }

    @Test
    void whatIsOnItsWayIsNotPostponed() {
        var until = Instant.parse("2026-10-02T05:00:00Z");
        var waiting = plan("waits");
        var underWay = plan("under-way");
        ledger.claim(underWay, OnDoubt.RESEND);

        ledger.postpone(waiting, until);
        ledger.postpone(underWay, until);

        assertThat(around.deliveries("waits").getFirst().get("not_before")).isEqualTo(java.sql.Timestamp.from(until));
        assertThat(around.deliveries("under-way").getFirst().get("not_before")).isNull();
    }

    @Test
    void aServersWordsAreStoredWhateverTheyHold() {
        var claim = granted(ledger.claim(plan("words"), OnDoubt.RESEND));

        ledger.finish(
                claim, new Entry(DeliveryStatus.REFUSED, "refused", "550 \u0000" + "x".repeat(10_000), null, null));

        assertThat((String) around.deliveries("words").getFirst().get("response"))
                .startsWith("550 ␀x")
                .hasSize(2000);
    }

    private DeliveryKey plan(String handoffId) {
        return ledger.plan(List.of(planned(handoffId))).getFirst();
    }

    private static PlannedDelivery planned(String handoffId) {
        return planned(handoffId, "00");
    }

    private static PlannedDelivery planned(String handoffId, String snapshotSha256) {
        return new PlannedDelivery(
                new DeliveryKey(handoffId, 1, new Destination(DestinationKind.EMAIL, "anna@operators.example")),
                "AC",
                "CH",
                "<" + handoffId + "@hotline.example>",
                snapshotSha256,
                null,
                "hotline",
                "support",
                Instant.parse("2026-10-01T12:05:06Z"),
                null);
    }

    private static Claim.Granted granted(Claim claim) {
        assertThat(claim).isInstanceOf(Claim.Granted.class);
        return (Claim.Granted) claim;
    }
}
