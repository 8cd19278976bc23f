package org.transcriptpipeline.archive.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.TranscriptEvent;

/// What the merge decides, rule by rule. That order does not matter is shown elsewhere; here it is which state comes
/// out.
class MergeRulesTest {

    private static final String ACCOUNT = "AC" + "2".repeat(32);
    private static final Instant T0 = Instant.parse("2026-03-02T14:05:00Z");

    @Test
    void whatAnEditSaysBeatsTheCreationWheneverTheyCome() {
        var message = message(updated("edited", at(0), webhook(1)), added("first", webhook(9)));

        assertThat(body(message)).isEqualTo("edited");
        assertThat(revisions(message)).containsExactly("first");
    }

    @Test
    void theLaterSecondWinsAndMillisecondsDoNotCount() {
        assertThat(body(message(updated("b", at(2000), webhook(1)), updated("a", at(1000), webhook(2)))))
                .isEqualTo("b");
        assertThat(body(message(updated("b", at(1900), webhook(1)), updated("a", at(1100), webhook(2)))))
                .as("same second: the later receipt decides")
                .isEqualTo("a");
    }

    @Test
    @Tag("T5")
    void inTheSameSecondTwiliosListOutranksAWebhook() {
        var message = message(updated("listed", at(1000), rest(1)), updated("told", at(1000), webhook(9)));

        assertThat(body(message)).isEqualTo("listed");
    }

    @Test
    void anEmptiedTextIsAValueAndAnAbsentOneIsNothing() {
        assertThat(body(message(added("secret", webhook(1)), updated("", at(1000), webhook(2)))))
                .isEmpty();
        assertThat(body(message(added("kept", webhook(1)), updated(null, at(1000), webhook(2)))))
                .isEqualTo("kept");
    }

    @Test
    void theSameTextOfTheSameSecondIsOneRevisionWhoeverSawIt() {
        var message =
                message(added("first", webhook(1)), added("first", rest(2)), updated("second", at(1000), webhook(3)));

        assertThat(revisions(message)).containsExactly("first");
    }

    @Test
    void removalSticksWithItsFirstTime() {
        var message = message(
                removed(at(5000), webhook(2)),
                removed(at(4000), webhook(3)),
                updated("late edit", at(9000), webhook(4)));

        assertThat(message.removedAt()).isEqualTo(at(4000));
    }

    @Test
    @Tag("A8")
    void aMessageKnownOnlyFromAReceiptIsAStubUntilItComes() {
        var receipt =
                new DeliveryUpdated("CH1", "IM1", "SM1", "DY1", null, "sent", null, null, at(0), null, webhook(1));

        assertThat(message(receipt).stub()).isTrue();
        assertThat(message(receipt, added("here", webhook(2))).stub()).isFalse();
    }

    @Test
    @Tag("A9")
    void theFurthestStateHoldsAndTheFirstErrorIsNeverErased() {
        var delivery = observe(
                        status("delivered", null, 1),
                        status("undelivered", 30005, 3),
                        status("failed", 30003, 4),
                        status("sent", null, 5))
                .deliveries()
                .iterator()
                .next();

        assertThat(delivery.status()).isEqualTo("delivered");
        assertThat(delivery.statuses()).containsExactly("delivered", "failed", "sent", "undelivered");
        assertThat(delivery.error()).isNotNull();
        assertThat(delivery.error().code()).isEqualTo(30005);
    }

    @Test
    void statesRankAsTwilioLetsThemFollow() {
        var order = List.of(
                "novel",
                "accepted",
                "queued",
                "sending",
                "sent",
                "canceled",
                "partially_delivered",
                "failed",
                "undelivered",
                "delivered",
                "read");

        assertThat(order)
                .isSortedAccordingTo((a, b) -> Integer.compare(DeliveryStatus.rank(a), DeliveryStatus.rank(b)));
        assertThat(order.stream().map(DeliveryStatus::rank).distinct()).hasSize(order.size());
        assertThat(DeliveryStatus.rank("scheduled")).isEqualTo(DeliveryStatus.rank("accepted"));
    }

    @Test
    void closingSticks() {
        var closed = new ConversationStateUpdated("CH1", "active", "closed", at(1000), "TIMER", null, null, webhook(1));
        var reopened = new ConversationUpdated(
                "CH1",
                new ConversationFields(null, null, null, null, null, "active", null, null, null, at(9000)),
                webhook(2));

        var conversation = observe(closed, reopened).conversations().iterator().next();

        assertThat(conversation.closedAt()).isEqualTo(at(1000));
    }

    @Test
    void theCreationTimeOfAnApiClientOrdersNothing() {
        var backdated = new MessageUpdated(
                "CH1",
                "IM1",
                new MessageFields(0L, "edited", null, null, null, null, Instant.EPOCH, at(1000), null, null),
                webhook(2));

        assertThat(body(message(added("first", webhook(1)), backdated))).isEqualTo("edited");
    }

    private static Observations observe(TranscriptEvent... events) {
        var observations = new Observations();
        List.of(events).forEach(observations::add);
        return observations;
    }

    private static MessageState message(TranscriptEvent... events) {
        return observe(events).messages().iterator().next();
    }

    private static @Nullable String body(MessageState message) {
        return message.registers().text(MessageState.Field.BODY);
    }

    private static List<String> revisions(MessageState message) {
        return message.superseded().values().stream()
                .filter(r -> r.key().register() == Revision.Register.BODY)
                .map(Revision::value)
                .toList();
    }

    private static MessageAdded added(String body, Source source) {
        return new MessageAdded(
                "CH1", "IM1", new MessageFields(0L, body, null, null, null, null, T0, null, null, null), source);
    }

    private static MessageUpdated updated(@Nullable String body, Instant at, Source source) {
        return new MessageUpdated(
                "CH1", "IM1", new MessageFields(0L, body, null, null, null, null, T0, at, null, null), source);
    }

    private static MessageRemoved removed(Instant at, Source source) {
        return new MessageRemoved(
                "CH1", "IM1", new MessageFields(0L, "gone", null, null, null, null, T0, T0, null, null), at, source);
    }

    private static MessageStatusUpdated status(String status, @Nullable Integer error, int received) {
        return new MessageStatusUpdated(
                "SM1", status, error, null, null, null, null, null, null, null, webhook(received));
    }

    private static Instant at(long millis) {
        return T0.plusMillis(millis);
    }

    private static Source webhook(int received) {
        return source(SourceKind.WEBHOOK, received);
    }

    private static Source rest(int received) {
        return source(SourceKind.REST, received);
    }

    private static Source source(SourceKind kind, int received) {
        var body = ("body " + kind + received).getBytes(StandardCharsets.UTF_8);
        return new Source(
                kind,
                EventId.of(ACCOUNT, kind, body),
                ACCOUNT,
                T0.plusSeconds(60 + received),
                null,
                null,
                null,
                null,
                null,
                null,
                body,
                List.of());
    }
}
