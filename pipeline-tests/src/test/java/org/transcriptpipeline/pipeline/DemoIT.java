package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer sees who types the one command.
class DemoIT {

    /// As they are read; the two words that a plain-text mail may wrap are not joined.
    static final List<String> MESSAGES = List.of(
            "Is this the place with the free puppies?",
            "What kind of doggo should we send you?",
            "A corgi please, the fluffier the better",
            "We live on the 4th floor & the lift is out of order.",
            "Stairs are hard on corgis.",
            "Berlin, near the \"Tierpark\".",
            "Here is our checklist for the first day with a puppy",
            "You are the best!!",
            "Somebody will be in touch with you shortly.");

    @Test
    void theDemoIsMailedOnceWithAllMessagesInOrderAndTheFailedOneMarked(@TempDir Path directory) throws Exception {
        try (var standalone = StandaloneProcess.withNothing(directory, "demo")) {
            standalone.start();

            await("the handoff mail")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !standalone.mails().isEmpty());
            var mail = Mail.read(standalone.mails().getFirst());
            assertThat(words(mail.text())).containsSubsequence(MESSAGES).contains("30003");
            assertThat(words(mail.html())).containsSubsequence(MESSAGES).contains("30003");
            assertThat(mail.to()).contains("operator@example.com");
            theStoreHasWhatThePlayWas(standalone);
            await().until(() ->
                    standalone.log().contains(standalone.mails().getFirst().toString()));

            aSecondOneOnTheSameDataIsRefused(standalone);
            standalone.stop();
            assertThat(standalone.postmasterFile()).doesNotExist();

            standalone.start();
            await().until(() -> standalone.log().contains("at an earlier start"));
            standalone.awaitNoSecondMail();
            assertThat(count(standalone, "handoffs")).isEqualTo(1);
        }
    }

    private static void theStoreHasWhatThePlayWas(StandaloneProcess standalone) {
        var statuses = standalone
                .database()
                .sql("SELECT index || ' ' || author_kind || ' ' || coalesce(delivery_status, '-') || ' '"
                        + " || coalesce(delivery_error_code::text, '-') FROM transcripts.messages ORDER BY index")
                .query(String.class)
                .list();
        assertThat(statuses)
                .containsExactly(
                        "0 customer - -",
                        "1 flow delivered -",
                        "2 customer - -",
                        "3 customer - -",
                        "4 flow delivered -",
                        "5 customer - -",
                        "6 flow undelivered 30003",
                        "7 customer - -",
                        "8 flow delivered -");
        assertThat(standalone
                        .database()
                        .sql("SELECT answers ->> 'breed' FROM transcripts.flow_executions")
                        .query(String.class)
                        .single())
                .isEqualTo("corgi");
        assertThat(count(standalone, "conversations")).isEqualTo(1);
        assertThat(count(standalone, "unrecognised_events")).isZero();
        assertThat(count(standalone, "quarantined_records")).isZero();
    }

    private static void aSecondOneOnTheSameDataIsRefused(StandaloneProcess standalone) throws Exception {
        try (var rival = standalone.rival()) {
            var process = rival.launch();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(rival.log()).contains("Another standalone (process ").doesNotContain("\tat ");
        }
    }

    private static long count(StandaloneProcess standalone, String view) {
        return standalone
                .database()
                .sql("SELECT count(*) FROM transcripts." + view)
                .query(Long.class)
                .single();
    }

    static String words(String part) {
        return part.replaceAll("\\s+", " ");
    }
}
