package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Webhook;

/// The samples of the reference, each posted twice, in one order after another: the same rows each time.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SamplesIT {

    /// The views and what of their rows says when we heard of something, or from whom.
    private static final List<String> VIEWS = List.of(
            "conversations", "messages", "message_revisions", "participants", "deliveries", "delivery_events", "media");
    private static final String OUR_TIMES =
            "'{received_at, first_received_at, first_seen_at, last_seen_at, sources, source}'::text[]";

    private static final String CONVERSATION = "CH91d2c3b4a5f64e7788990a1b2c3d4e5f";
    private static final String TEXT = "IM0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    private static final String ANSWER = "IM1b2c3d4e5f60718293a4b5c6d7e8f90a";
    private static final String PICTURE = "IM2c3d4e5f60718293a4b5c6d7e8f90a1b";
    private static final String RECEIPT = "SM4e5f60718293a4b5c6d7e8f90a1b2c3d";
    private static final String PLAIN = "SM5f60718293a4b5c6d7e8f90a1b2c3d4e";
    private static final String WHATSAPP = "SM60718293a4b5c6d7e8f90a1b2c3d4e5a";

    @TempDir
    static Path directory;

    static StandaloneProcess standalone;
    static Map<String, List<String>> rowsInOrder;

    @BeforeAll
    static void start() throws Exception {
        standalone = StandaloneProcess.withAccount(directory, "samples");
        standalone.start();
    }

    @AfterAll
    static void stop() throws Exception {
        standalone.close();
    }

    @Test
    @Order(1)
    void inTheOrderOfTheReferenceTheyGiveTheExpectedRows() throws Exception {
        var samples = new Samples(0);
        var requests = samples.webhooks(standalone.accountSid());

        post(requests, requests);

        await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(values("SELECT (removed_at IS NOT NULL) || ' ' || state FROM transcripts.conversations"
                            + " WHERE conversation_sid = '" + CONVERSATION + "'"))
                    .containsExactly("true closed");
            assertThat(values("SELECT message_sid || ' ' || (removed_at IS NOT NULL) || ' ' || coalesce(body, '-')"
                            + " || ' ' || coalesce(delivery_status, '-') || ' ' || coalesce(delivery_error_code::text, '-')"
                            + " FROM transcripts.messages WHERE conversation_sid = '" + CONVERSATION
                            + "' ORDER BY index"))
                    .containsExactly(
                            TEXT + " false [redacted] - -",
                            ANSWER + " false Thanks! An agent will look at order 1042. undelivered 30003",
                            PICTURE + " true - - -");
            assertThat(values(
                            "SELECT message_sid || ' ' || revision || ' ' || body FROM transcripts.message_revisions"))
                    .containsExactly(TEXT + " 1 Hi, is my order #1042 late? Café & bar 😀");
            assertThat(values("SELECT address || ' ' || proxy_address || ' ' || channel FROM transcripts.participants"))
                    .containsExactly("+12025550143 +12025550199 sms");
            assertThat(values("SELECT channel_message_sid || ' ' || status || ' ' || coalesce(error_code::text, '-')"
                            + " || ' ' || is_contradictory FROM transcripts.deliveries ORDER BY 1"))
                    .containsExactly(
                            RECEIPT + " undelivered 30003 false",
                            PLAIN + " delivered 30005 true",
                            WHATSAPP + " read - false");
            assertThat(values(
                            "SELECT channel_message_sid || ' ' || status FROM transcripts.delivery_events ORDER BY 1"))
                    .containsExactly(
                            RECEIPT + " sent",
                            RECEIPT + " undelivered",
                            PLAIN + " delivered",
                            PLAIN + " sent",
                            PLAIN + " undelivered",
                            WHATSAPP + " read");
        });
        rowsInOrder = rows(samples);
    }

    @Test
    @Order(2)
    void backwardsTheyGiveTheSameRows() throws Exception {
        var samples = new Samples(1);
        var requests = samples.webhooks(standalone.accountSid()).reversed();

        post(requests, requests);

        await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> theSameRows(samples));
    }

    @Test
    @Order(3)
    void shuffledTheyGiveTheSameRows() throws Exception {
        for (int run = 2; run < 7; run++) {
            var samples = new Samples(run);
            var requests = new ArrayList<>(samples.webhooks(standalone.accountSid()));
            requests.addAll(List.copyOf(requests));
            Collections.shuffle(requests, new Random(run));

            post(requests);

            await("run " + run)
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> theSameRows(samples));
        }
    }

    @SafeVarargs
    private static void post(List<Webhook>... requests) throws InterruptedException {
        try (var twilio = standalone.twilio()) {
            for (var list : requests) {
                for (var request : list) {
                    boolean isPreAction = request.body().contains("EventType=onConversationAdd&");
                    assertThat(twilio.post(request))
                            .isInstanceOfSatisfying(
                                    Answer.Answered.class,
                                    answer -> assertThat(answer.status()).isEqualTo(isPreAction ? 200 : 204));
                }
            }
        }
    }

    private static void theSameRows(Samples samples) {
        var rows = rows(samples);
        for (var view : VIEWS) {
            assertThat(rows.get(view)).as("%s of run %d", view, samples.run()).isEqualTo(rowsInOrder.get(view));
        }
    }

    /// The rows of one run as JSON, with the SIDs of the reference.
    private static Map<String, List<String>> rows(Samples samples) {
        var rows = new TreeMap<String, List<String>>();
        for (var view : VIEWS) {
            rows.put(
                    view,
                    values("SELECT (to_jsonb(v) - " + OUR_TIMES + ")::text FROM transcripts." + view + " v").stream()
                            .filter(samples::isOfThisRun)
                            .map(samples::original)
                            .sorted()
                            .toList());
        }
        return rows;
    }

    private static List<String> values(String sql) {
        return standalone.database().sql(sql).query(String.class).list();
    }
}
