package org.transcriptpipeline.archive.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.database.DatabaseRoles;

/// The views by day and hour, of conversations that came in by the pipeline: one on each side of midnight, in UTC.
class AnswersTest {

    private static final Instant EVENING = Instant.parse("2021-03-01T23:50:00Z");
    private static final Instant MORNING = Instant.parse("2021-03-02T08:30:00Z");

    private static final Events ANSWERED = new Events().at(EVENING);
    private static final Events WAITING = new Events().at(MORNING);

    /// Other tests write to the same topics, of other days.
    private static final String THESE_DAYS = "day IN ('2021-03-01', '2021-03-02')";

    private static RunningArchiver archiver;
    private static JdbcTemplate analyst;

    @BeforeAll
    static void start() {
        archiver = new RunningArchiver(
                "--transcripts.answers.check-interval=200ms", "--transcripts.store.missing-grace=1s");
        analyst = new JdbcTemplate(new DriverManagerDataSource(
                TestDatabase.server().jdbcUrl(), DatabaseRoles.ANALYST, TestDatabase.PASSWORD));
        archiver.publish(
                ANSWERED.customerJoined(),
                ANSWERED.fromCustomer(0, "Good evening"),
                ANSWERED.fromFlow(10, "Which breed?"),
                ANSWERED.delivery(10, "delivered", null),
                ANSWERED.fromFlow(11, "Are you there?"),
                ANSWERED.delivery(11, "undelivered", 30003),
                ANSWERED.flowEnded("FN1"),
                WAITING.customerJoined(),
                WAITING.fromCustomer(0, "Good morning"),
                WAITING.flowEnded("FN2"));
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            assertThat(rows("SELECT sum(message_count) FROM transcripts.conversations_daily WHERE " + THESE_DAYS))
                    .containsExactly("4");
            assertThat(rows("SELECT waiting_days, lag_seconds::integer FROM transcripts.answers_freshness"))
                    .containsExactly("0 0");
        });
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    private static List<String> rows(String query) {
        return analyst.queryForList(query).stream()
                .map(row -> String.join(
                        " ", row.values().stream().map(String::valueOf).toList()))
                .toList();
    }

    @Test
    void conversationsCountOnTheDayOnWhichTheyBegan() {
        assertThat(rows("""
                        SELECT day, conversation_count, message_count, inbound_count, outbound_count, failed_count, channel, our_address
                        FROM transcripts.conversations_daily
                        WHERE %s
                        ORDER BY day
                        """.formatted(THESE_DAYS)))
                .containsExactly("2021-03-01 1 3 1 2 1 sms " + Events.OURS, "2021-03-02 1 1 1 0 0 sms " + Events.OURS);
    }

    @Test
    void responseTimesAreOfThoseWhoWereAnswered() {
        assertThat(rows("""
                        SELECT day, answered_count, waiting_count, median_first_response_seconds, p90_first_response_seconds
                        FROM transcripts.response_times
                        WHERE %s
                        ORDER BY day
                        """.formatted(THESE_DAYS)))
                .containsExactly("2021-03-01 1 0 10.0 10.0", "2021-03-02 0 1 null null");
    }

    @Test
    void theHoleInTheIndexesIsAGap() {
        assertThat(rows("""
                        SELECT day, gap_count, unverified_count, missing_message_count, complete_share
                        FROM transcripts.completeness_daily
                        WHERE %s
                        ORDER BY day
                        """.formatted(THESE_DAYS)))
                .containsExactly("2021-03-01 1 0 9 0.0000", "2021-03-02 0 1 0 0.0000");
    }

    @Test
    void messagesCountInTheirHour() {
        assertThat(rows("""
                        SELECT extract(hour FROM hour_at AT TIME ZONE 'UTC')::integer, author_kind, message_count
                        FROM transcripts.messages_hourly
                        WHERE hour_at BETWEEN '2021-03-01' AND '2021-03-03'
                        ORDER BY 1, 2
                        """)).containsExactly("8 customer 1", "23 customer 1", "23 flow 2");
    }

    @Test
    void aFailureHasItsReasonInPlainWords() {
        assertThat(rows("SELECT delivery_count, sent_count, delivered_count, failed_count, open_count"
                        + " FROM transcripts.delivery_funnel WHERE " + THESE_DAYS))
                .containsExactly("2 2 1 1 0");
        assertThat(rows("SELECT status, error_code, failed_count, meaning FROM transcripts.delivery_failures WHERE "
                        + THESE_DAYS))
                .singleElement()
                .asString()
                .startsWith("undelivered 30003 1 The phone was switched off");
    }

    @Test
    void flowsHaveAnEndAndSteps() {
        assertThat(rows("SELECT sum(execution_count), bool_and(is_ended) FROM transcripts.flow_outcomes WHERE "
                        + THESE_DAYS))
                .containsExactly("2 true");
        assertThat(rows(
                        "SELECT step, sum(reached_count) AS reached, sum(dropped_count) AS dropped FROM transcripts.flow_steps WHERE "
                                + THESE_DAYS
                                + " GROUP BY step"))
                .containsExactly("breed 2 0");
    }

    @Test
    void theCustomerCameBack() {
        assertThat(rows("""
                        SELECT customer_address, visit, previous_conversation_sid, round(days_since_previous, 2)
                        FROM transcripts.returning_customers
                        WHERE conversation_sid = '%s'
                        """.formatted(WAITING.conversationSid())))
                .singleElement()
                .asString()
                .startsWith(Events.CUSTOMER)
                .endsWith(ANSWERED.conversationSid() + " 0.36");
    }

    @Test
    void whatComesLaterIsCountedToo() {
        var late = new Events().at(Instant.parse("2026-01-15T12:00:00Z"));
        archiver.publish(late.customerJoined(), late.fromCustomer(0, "one"));
        awaitMessages("1");
        archiver.publish(late.fromCustomer(1, "two"), late.fromCustomer(0, "one"));
        awaitMessages("2");
    }

    private static void awaitMessages(String number) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> rows("SELECT message_count FROM transcripts.conversations_daily WHERE day = '2026-01-15'")
                        .equals(List.of(number)));
    }
}
