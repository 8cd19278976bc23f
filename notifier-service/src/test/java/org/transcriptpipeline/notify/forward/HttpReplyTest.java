package org.transcriptpipeline.notify.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.notify.channel.Outcome;

class HttpReplyTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private static Outcome outcome(PinnedHttp.Answer answer, boolean isRepeatable) {
        return HttpReply.outcome(answer, "00", isRepeatable, NOW);
    }

    private static Outcome outcome(int code) {
        return outcome(new PinnedHttp.Status(code, "words", null), true);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    @Tag("N18")
    void only2xxIsDone(int code) {
        assertThat(outcome(code)).isEqualTo(new Outcome.Sent(code + " words", "00", code));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 599})
    void somethingThatPassesIsTriedAgain(int code) {
        assertThat(outcome(code)).isEqualTo(new Outcome.TryLater(code + " words", code, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 410})
    void refusedCredentialsPauseTheDestination(int code) {
        assertThat(outcome(code)).isInstanceOf(Outcome.Broken.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 304, 307, 308, 400, 404, 405, 413, 422})
    void everythingElseIsARefusal(int code) {
        assertThat(outcome(code)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aDoubtIsOneOnlyWhereARepeatCannotBeTold() {
        var unanswered = new PinnedHttp.NoAnswer("no answer within the limit", true);

        assertThat(outcome(unanswered, true)).isInstanceOf(Outcome.TryLater.class);
        assertThat(outcome(unanswered, false)).isInstanceOf(Outcome.Unanswered.class);
        assertThat(outcome(new PinnedHttp.NoAnswer("no answer: ConnectException", false), false))
                .isInstanceOf(Outcome.TryLater.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            120                           | PT2M
            0                             | PT0S
            86400                         | PT1H
            Wed, 25 Nov 2026 12:00:30 GMT | PT30S
            Thu, 26 Nov 2026 12:00:00 GMT | PT1H
            """)
    void aWaitThatIsAskedForIsKeptToUpToAnHour(String retryAfter, Duration wait) {
        assertThat(outcome(new PinnedHttp.Status(429, "", retryAfter), true))
                .isEqualTo(new Outcome.TryLater("429", 429, wait));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "99999999999999999999", "Wed, 25 Nov 2026 11:00:00 GMT", "1.5"})
    void oneThatSaysNothingIsNone(String retryAfter) {
        assertThat(outcome(new PinnedHttp.Status(503, "", retryAfter), true))
                .isEqualTo(new Outcome.TryLater("503", 503, null));
    }
}
