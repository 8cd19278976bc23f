package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.simulator.Requests;

/// The operator has the transcript, and then Twilio tells that the flow's last words never arrived.
class LateFailureIT {

    private static final int MESSAGES = 6;
    private static final int LAST_WORDS = 5;

    @Test
    void aLateUndeliveredGivesOneMailInTheThreadThatNamesTheMessageAndTheAdvice(@TempDir Path directory)
            throws Exception {
        try (var standalone = StandaloneProcess.withAccount(directory, "late-failure")) {
            standalone.with("TRANSCRIPTS_SETTLING_DEADLINE", "2s"); // nothing tells how the flow's messages fared
            standalone.with("TRANSCRIPTS_SETTLING_QUIETWINDOW", "1s");
            standalone.with("TRANSCRIPTS_SETTLING_FOLLOWUPWINDOW", "2s");
            standalone.start();
            var startedAt = Instant.now().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
            var requests = new Requests("late-failure", standalone.accountSid(), 1, MESSAGES, startedAt);

            try (var twilio = standalone.twilio()) {
                twilio.post(
                        requests.stream().iterator(),
                        1,
                        answer -> assertThat(answer.isAcknowledged()).isTrue());
                twilio.post(requests.flowEnded(0));
                var first = onlyMail(standalone, List.of());
                assertThat(first.inReplyTo()).isNull();
                assertThat(first.text()).doesNotContain("30003");

                twilio.post(requests.delivery(0, LAST_WORDS, "undelivered", 30003));
                var followUp = onlyMail(standalone, List.of(first));

                assertThat(followUp.inReplyTo()).isEqualTo(first.messageId());
                assertThat(followUp.references()).containsExactly(first.messageId());
                assertThat(followUp.messageId()).isNotEqualTo(first.messageId());
                assertThat(followUp.subject()).isEqualTo("Re: " + first.subject() + " – follow-up");
                for (var part : List.of(followUp.text(), followUp.html())) {
                    assertThat(part)
                            .contains("Message 5 of conversation 0", "30003", "Try again later or call.")
                            .doesNotContain("Message 4 of conversation 0");
                }

                twilio.post(requests.delivery(0, LAST_WORDS, "undelivered", 30003));
                twilio.post(requests.delivery(0, LAST_WORDS, "sent", null));
                await("nothing more")
                        .during(Duration.ofSeconds(5))
                        .atMost(Duration.ofSeconds(8))
                        .until(() -> standalone.mails().size() == 2);
            }
        }
    }

    /// The one mail that is not among those already seen.
    private static Mail onlyMail(StandaloneProcess standalone, List<Mail> seen) throws Exception {
        await("mail " + (seen.size() + 1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> standalone.mails().size() > seen.size());
        Mail found = null;
        for (var file : standalone.mails()) {
            var mail = Mail.read(file);
            if (!seen.contains(mail)) {
                assertThat(found).isNull();
                found = mail;
            }
        }
        assertThat(found).isNotNull();
        return found;
    }
}
