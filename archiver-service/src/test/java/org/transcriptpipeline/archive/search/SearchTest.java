package org.transcriptpipeline.archive.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.transcriptpipeline.archive.CatchingUp;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.database.DatabaseRoles;

/// Texts come in by the pipeline, and an analyst looks for them.
class SearchTest {

    private static final Events GERMAN = new Events();
    private static final Events ENGLISH = new Events();
    private static final Events SHORT = new Events();
    private static final Events CHANGED = new Events();
    private static final Events LONG = new Events();

    private static final String[] SIDS = Stream.of(GERMAN, ENGLISH, SHORT, CHANGED, LONG)
            .map(Events::conversationSid)
            .toArray(String[]::new);

    private static RunningArchiver archiver;
    private static JdbcTemplate analyst;

    @BeforeAll
    static void start() {
        archiver = new RunningArchiver("--transcripts.search.check-interval=100ms");
        analyst = new JdbcTemplate(new DriverManagerDataSource(
                TestDatabase.server().jdbcUrl(), DatabaseRoles.ANALYST, TestDatabase.PASSWORD));
        archiver.publish(
                GERMAN.customerJoined(),
                GERMAN.fromCustomer(0, "Guten Tag, ich habe meine beiden Rechnungen noch immer nicht bekommen."),
                ENGLISH.customerJoined(),
                ENGLISH.fromCustomer(
                        0, "Hello, my parcels have not arrived yet, could you please tell me where they are?"),
                ENGLISH.fromFlow(1, "The red parcel was delivered to your neighbour on the third floor this morning."),
                SHORT.fromCustomer(0, "parcel?"),
                SHORT.fromCustomer(1, "'; DROP TABLE x; -- <b>&amp; \\ \" % (:* !"),
                SHORT.fromCustomer(2, ""));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(archiver.database()
                                .queryForObject(
                                        "SELECT count(*) FROM store.message_search WHERE conversation_sid = ANY (?)",
                                        Integer.class,
                                        (Object) SIDS))
                        .isEqualTo(5));
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    /// Other tests write to the same topics.
    private static List<String> found(String query) {
        return analyst.queryForList(
                "SELECT message_sid FROM transcripts.search(?) WHERE conversation_sid = ANY (?)",
                String.class,
                query,
                SIDS);
    }

    @Test
    void aWordIsFoundByItsStemInTheLanguageOfTheText() {
        assertThat(found("Rechnung")).containsExactly(GERMAN.messageSid(0));
        assertThat(found("parcel"))
                .containsExactlyInAnyOrder(ENGLISH.messageSid(0), ENGLISH.messageSid(1), SHORT.messageSid(0));
        assertThat(analyst.queryForList(
                        "SELECT DISTINCT language FROM transcripts.search('parcel') WHERE conversation_sid = ANY (?)",
                        String.class,
                        (Object) SIDS))
                .containsExactlyInAnyOrder("english", "simple");
    }

    /// Right after a round none is due for half a minute while the merge catches up.
    @Test
    void whileTheMergeCatchesUpTheSearchGivesWay() throws InterruptedException {
        var before = new Events();
        var events = new Events();
        var catchingUp = archiver.bean(CatchingUp.class);
        archiver.publish(before.fromCustomer(0, "Is there anybody who could help me with my umbrella, please?"));
        await().atMost(Duration.ofSeconds(20)).until(() -> count("message_search", before) == 1);

        catchingUp.noteFullBatch();
        var merging = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                catchingUp.noteFullBatch();
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        });
        try {
            archiver.publish(
                    events.fromCustomer(0, "It has been broken since the storm of last Tuesday, unfortunately."));
            await().atMost(Duration.ofSeconds(20)).until(() -> count("messages", events) == 1);
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> count("message_search", events) == 0);
        } finally {
            merging.interrupt();
            merging.join();
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> count("message_search", events) == 1);
    }

    private static int count(String table, Events events) {
        var count = archiver.database()
                .queryForObject(
                        "SELECT count(*) FROM store." + table + " WHERE conversation_sid = ?",
                        Integer.class,
                        events.conversationSid());
        return count == null ? 0 : count;
    }

    @Test
    void aPhraseAndAWordThatMustNotBeThereAreTakenSo() {
        assertThat(found("\"red parcel\"")).containsExactly(ENGLISH.messageSid(1));
        assertThat(found("parcel -neighbour")).containsExactlyInAnyOrder(ENGLISH.messageSid(0), SHORT.messageSid(0));
        assertThat(found("neighbour or Rechnungen"))
                .containsExactlyInAnyOrder(ENGLISH.messageSid(1), GERMAN.messageSid(0));
        assertThat(found("nowhere")).isEmpty();
        assertThat(found("")).isEmpty();
    }

    @Test
    void whatMatchedIsMarked() {
        assertThat(analyst.queryForObject(
                        "SELECT highlight FROM transcripts.search('\"red parcel\"') LIMIT 1", String.class))
                .contains("«red» «parcel» was delivered");
    }

    @Test
    void itIsNarrowedByAddressAccountTimeAndNumber() {
        assertThat(count("'parcel', of_address => '" + Events.CUSTOMER + "'")).isEqualTo(2);
        assertThat(count("'parcel', of_address => '+10000000000'")).isZero();
        assertThat(count("'parcel', of_account => '" + Events.ACCOUNT + "'")).isEqualTo(3);
        assertThat(count("'parcel', of_account => 'another'")).isZero();
        assertThat(count("'parcel', since => now() - interval '1 hour'")).isEqualTo(3);
        assertThat(count("'parcel', until => now() - interval '1 hour'")).isZero();
        assertThat(count("'parcel', max_rows => 1")).isEqualTo(1);
        assertThat(count("'parcel', max_rows => -5")).isZero();
    }

    private static int count(String arguments) {
        return analyst.queryForObject(
                "SELECT count(*) FROM transcripts.search(" + arguments + ") WHERE conversation_sid = ANY (?)",
                Integer.class,
                (Object) SIDS);
    }

    @Test
    void whatEverAPersonTypesIsAQuery() {
        for (var query : List.of("'; DROP", "(((", ":*", "!", "\\", "\"unfinished", "a & | b", "<->", "%", "\u0001")) {
            assertThat(found(query)).isNotNull();
        }
        assertThat(found("DROP")).containsExactly(SHORT.messageSid(1));
    }

    @Test
    void anEditedTextIsFoundByItsNewWordsAndARemovedOneNotAtAll() {
        var events = CHANGED;
        archiver.publish(events.fromCustomer(0, "xylophone"), events.fromCustomer(1, "zeppelin"));
        await().atMost(Duration.ofSeconds(20)).until(() -> !found("xylophone").isEmpty());

        archiver.publish(events.edited(0, "harpsichord"), events.removed(1));
        await().atMost(Duration.ofSeconds(20)).until(() -> !found("harpsichord").isEmpty());
        await().atMost(Duration.ofSeconds(20)).until(() -> found("zeppelin").isEmpty());
        assertThat(found("xylophone")).isEmpty();
        assertThat(archiver.database()
                        .queryForList(
                                "SELECT message_sid FROM store.message_search WHERE conversation_sid = ?",
                                String.class,
                                events.conversationSid()))
                .containsExactly(events.messageSid(0));
    }

    @Test
    void aTextAsLongAsABookIsStillFound() {
        var events = LONG;
        archiver.publish(events.fromCustomer(0, "quokka " + "many words of one letter ".repeat(50_000)));
        await().atMost(Duration.ofSeconds(20)).until(() -> !found("quokka").isEmpty());
        assertThat(found("quokka")).containsExactly(events.messageSid(0));
    }

    @Test
    void whatHasNoWordsYetIsTold() throws Exception {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(archiver.managed("/actuator/prometheus"))
                        .contains("transcripts_search_lag_seconds 0.0"));
    }
}
