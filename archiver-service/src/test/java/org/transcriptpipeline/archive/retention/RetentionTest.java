package org.transcriptpipeline.archive.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;

/// The rounds of the running archiver, with a rule of a year.
class RetentionTest {

    static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(
                "--transcripts.retention.a-year.after=365d",
                "--transcripts.retention.a-year.channel=sms",
                "--transcripts.retention-rounds.interval=300ms",
                "--transcripts.retention-rounds.batch=2",
                "--transcripts.retention-rounds.pause=10ms");
    }

    @AfterAll
    static void stop() {
        archiver.close();
        TestDatabase.clear();
    }

    @Test
    void whatIsOldEnoughGoesAndWhatIsYoungerOrHeldStays() {
        var held = new Events().at(Instant.now().minus(Duration.ofDays(400)));
        hold(held, "ada");
        tell(held, 400);
        var young = talked(300);
        var old = List.of(talked(400), talked(401), talked(500), talked(366), talked(700));

        old.forEach(events -> await().atMost(Duration.ofSeconds(30))
                .until(() -> bodies(events).isEmpty()));

        assertThat(bodies(young)).containsExactly("words of 300 days ago");
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT message_count FROM transcripts.conversations WHERE conversation_sid = ?",
                                Integer.class,
                                old.getFirst().conversationSid()))
                .containsExactly(1);
        // it was there before the others, and the rounds came by
        assertThat(bodies(held)).containsExactly("words of 400 days ago");

        archiver.database().update("UPDATE store.holds SET released_at = now()");
        await().atMost(Duration.ofSeconds(30)).until(() -> bodies(held).isEmpty());
    }

    @Test
    void whatAProcessRegisteredThatDiedIsErasedInTheNextRound() {
        var events = talked(300);
        archiver.database()
                .queryForList("SELECT * FROM store.register_aged('other', interval '200 days', NULL, NULL, 1000)");

        await().atMost(Duration.ofSeconds(30)).until(() -> bodies(events).isEmpty());
    }

    @Test
    void aRuleThatAReplayWouldUndoIsRefused() {
        assertThatThrownBy(() -> new RetentionProperties.Rule(Duration.ofDays(7), null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 8 days");
    }

    /// One message, so many days ago. The rounds may have it once all of it is there.
    private static Events talked(int days) {
        var events = new Events().at(Instant.now().minus(Duration.ofDays(days)));
        hold(events, "test");
        tell(events, days);
        archiver.database()
                .update(
                        "UPDATE store.holds SET released_at = now() WHERE conversation_sid = ? AND held_by = 'test'",
                        events.conversationSid());
        return events;
    }

    private static void hold(Events events, String by) {
        archiver.database()
                .update(
                        "INSERT INTO store.holds (account_sid, conversation_sid, reason, held_by) VALUES (?, ?, 'a dispute', ?)",
                        Events.ACCOUNT,
                        events.conversationSid(),
                        by);
    }

    private static void tell(Events events, int days) {
        archiver.publish(events.customerJoined(), events.fromCustomer(0, "words of " + days + " days ago"));
        await().atMost(Duration.ofSeconds(30)).until(() -> bodies(events).size() == 1);
    }

    private static List<String> bodies(Events events) {
        return archiver.database()
                .queryForList(
                        "SELECT body FROM store.messages WHERE conversation_sid = ? AND body IS NOT NULL",
                        String.class,
                        events.conversationSid());
    }
}
