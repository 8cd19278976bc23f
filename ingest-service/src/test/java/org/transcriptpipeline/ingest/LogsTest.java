package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What a customer wrote and what proves a request are in no log, whatever becomes of the request.
@ExtendWith(OutputCaptureExtension.class)
class LogsTest {

    private static final String WORDS = "the-words-of-a-customer";
    private static final String NUMBER = "12025550143";

    /// A service that starts sets the levels as it is told.
    private static final Map<String, String> EVERYTHING = Map.of("logging.level.org.transcriptpipeline", "trace");

    private final RunningIngest shared = RunningIngest.shared();
    private final Logger ours = (Logger) LoggerFactory.getLogger("org.transcriptpipeline");

    @BeforeEach
    void logEverythingOfOurs() {
        ours.setLevel(Level.TRACE);
    }

    @AfterEach
    void logAsBefore() {
        ours.setLevel(null);
    }

    @Test
    @Tag("I2")
    @Tag("S5")
    void acceptedRefusedAndUnusableRequestsLeaveNoWordsInTheLog(CapturedOutput output) {
        var ingest = shared;
        var accepted = message();
        var forged = message().forged("SECRETSIGNATURE=");

        assertThat(ingest.post(accepted).statusCode()).isEqualTo(204);
        assertThat(ingest.post(forged).statusCode()).isEqualTo(403);
        assertThat(ingest.post(message().with("Body", "x".repeat(600_000))).statusCode())
                .isEqualTo(413);
        assertThat(ingest.post(SignedWebhook.to("/webhooks/flow-ended").withJson("{\"" + WORDS + "\": nonsense"))
                        .statusCode())
                .isEqualTo(204);

        var streamed = SignedWebhook.to("/webhooks/event-streams")
                .withJson("[{\"type\":\"com.twilio.messaging.message.sent\",\"data\":{\"messageSid\":\"SM1\",\"to\":\""
                        + NUMBER + "\"}},{\"type\":\"" + WORDS + "\"},\"" + WORDS + "\"]");
        assertThat(ingest.post(streamed).statusCode()).isEqualTo(204);

        assertThat(output).contains("Request answered").contains(Twilio.MESSAGE).contains("mismatch");
        assertThat(output).contains("Event of a request");
        assertNothingLeaks(output, accepted);
        assertThat(output).doesNotContain("SECRETSIGNATURE");
    }

    @Test
    @Tag("S6")
    void aFailingServiceLeavesNoWordsInTheLog(CapturedOutput output) {
        try (var ingest = RunningIngest.startWith(EVERYTHING)) {
            ingest.broker().stop();

            assertThat(ingest.post(message()).statusCode()).isEqualTo(503);

            assertThat(output).contains("Request answered").contains("unavailable");
            assertNothingLeaks(output, message());
        }
    }

    @Test
    @Tag("O9")
    void withoutATokenNothingIsAcceptedAndTheLogSaysWhy(CapturedOutput output) {
        try (var ingest = RunningIngest.startWith(
                Map.of("transcripts.accounts.default.sid", "", "transcripts.accounts.default.auth-tokens", ""))) {
            assertThat(ingest.post(message()).statusCode()).isEqualTo(403);
            assertThat(ingest.management("/actuator/health/readiness").body()).contains("no auth token is configured");
            assertThat(output).contains("no auth token is configured");
        }
    }

    private static void assertNothingLeaks(CapturedOutput output, SignedWebhook webhook) {
        assertThat(output)
                .doesNotContain(WORDS)
                .doesNotContain(NUMBER)
                .doesNotContain(Twilio.TOKEN)
                .doesNotContain(Twilio.SECOND_TOKEN)
                .doesNotContain("open-sesame-4711")
                .doesNotContain(webhook.signature());
    }

    private static SignedWebhook message() {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE)
                .with("Author", "+" + NUMBER)
                .with("Body", WORDS);
    }
}
