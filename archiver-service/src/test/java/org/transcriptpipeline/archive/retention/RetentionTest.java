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
                "--transcripts.retention.anything.after=1000d",
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
    void whatBelongsToNoConversationGoesByItsOwnAge() {
        archiver.database().update("""
                INSERT INTO store.holds (account_sid, address_hash, reason, held_by)
                VALUES (?, store.address_hash('+12025550166'), 'a dispute', 'ada')
                """, Events.ACCOUNT);
        for (var letter : List.of("a", "b", "c")) {
            var to = letter.equals("c") ? "+12025550166" : "+12025550167";
            int days = letter.equals("b") ? 900 : 1100;
            archiver.database().update("""
                    INSERT INTO store.deliveries (
                        channel_message_sid, account_sid, to_address, statuses, status, first_received_at, last_received_at, sources, versions
                    )
                    VALUES (?, ?, ?, '{sent}', 'sent', now() - make_interval(days => ?), now(), '{}', '')
                    """, "SM" + letter, Events.ACCOUNT, to, days);
            archiver.database().update("""
                    INSERT INTO store.flow_executions (
                        execution_sid, account_sid, contact_address, answers, first_received_at, sources, versions
                    )
                    VALUES (?, ?, ?, '{"name": "Ada"}', now() - make_interval(days => ?), '{}', '')
                    """, "FN" + letter, Events.ACCOUNT, to, days);
            for (var table : List.of("pre_action_events (record_key, ", "unrecognised_events (source, reason, ")) {
                archiver.database()
                        .update(
                                "INSERT INTO store." + table + "event_id, account_sid, received_at, record) VALUES ("
                                        + (table.startsWith("pre") ? "'CHx', " : "'webhook', 'event_type', ")
                                        + "?, ?, now() - make_interval(days => ?), convert_to(?, 'UTF8'))",
                                "event-" + letter,
                                Events.ACCOUNT,
                                days,
                                "To=" + to.replace("+", "%2B"));
            }
        }

        await().atMost(Duration.ofSeconds(30))
                .until(() -> of("SELECT to_address FROM store.deliveries WHERE channel_message_sid = 'SMa'")
                                .getFirst()
                        == null);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                of(
                                        "SELECT event_id FROM store.unrecognised_events WHERE event_id LIKE 'event-%' ORDER BY 1"))
                        .containsExactly("event-b", "event-c"));

        assertThat(
                        of(
                                "SELECT channel_message_sid FROM store.deliveries WHERE to_address IS NOT NULL AND channel_message_sid IN ('SMa', 'SMb', 'SMc') ORDER BY 1"))
                .containsExactly("SMb", "SMc");
        assertThat(
                        of(
                                "SELECT execution_sid FROM store.flow_executions WHERE answers IS NOT NULL AND execution_sid IN ('FNa', 'FNb', 'FNc') ORDER BY 1"))
                .containsExactly("FNb", "FNc");
        assertThat(of("SELECT event_id FROM store.pre_action_events WHERE event_id LIKE 'event-%' ORDER BY 1"))
                .containsExactly("event-b", "event-c");
        assertThat(of("SELECT status FROM store.deliveries WHERE channel_message_sid = 'SMa'"))
                .containsExactly("sent");
    }

    /// What Twilio asked before it acted was kept whole, with the text.
    @Test
    void withAConversationGoesWhatWasAskedBeforeIt() {
        var old = new Events().at(Instant.now().minus(Duration.ofDays(400)));
        var young = new Events().at(Instant.now().minus(Duration.ofDays(300)));
        hold(old, "test");
        for (var events : List.of(old, young)) {
            tell(events, 0);
            archiver.database().update("""
                    INSERT INTO store.pre_action_events (event_id, account_sid, record_key, received_at, record)
                    VALUES (?, ?, ?, now(), 'words')
                    """, "of-" + events.conversationSid(), Events.ACCOUNT, events.conversationSid());
        }
        release(old);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> of("SELECT event_id FROM store.pre_action_events WHERE event_id LIKE 'of-%'")
                        .equals(List.of("of-" + young.conversationSid())));
    }

    private static List<String> of(String query) {
        return archiver.database().queryForList(query, String.class);
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
        release(events);
        return events;
    }

    private static void release(Events events) {
        archiver.database()
                .update(
                        "UPDATE store.holds SET released_at = now() WHERE conversation_sid = ? AND held_by = 'test'",
                        events.conversationSid());
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
