package org.transcriptpipeline.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.twilio.TwilioException.RateLimited;
import org.transcriptpipeline.twilio.json.TwilioJson;
import org.transcriptpipeline.twilio.transport.Answer;
import org.transcriptpipeline.twilio.transport.Verb;

class VerdictTest {

    private static final String DATE = "Mon, 02 Mar 2026 14:05:11 GMT";

    private final Verdict verdict = new Verdict(new TwilioJson(), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    private static Answer answer(int status, Map<String, String> headers) {
        var all = headers.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
        return new Answer(status, HttpHeaders.of(all, (_, _) -> true), new byte[0]);
    }

    @Test
    void anAnswerIsAsOldAsItSays() {
        assertThat(verdict.answeredAt(answer(200, Map.of("Date", DATE))))
                .isEqualTo(Instant.parse("2026-03-02T14:05:11Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-03-02T14:05:11Z"})
    void ourClockDatesAnAnswerWithoutAUsableDate(String date) {
        assertThat(verdict.answeredAt(answer(200, Map.of("Date", date)))).isEqualTo(Instant.EPOCH);
        assertThat(verdict.answeredAt(answer(200, Map.of()))).isEqualTo(Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "7| PT7S",
                "0| PT0S",
                "999999999| PT5M",
                "99999999999999999999|",
                "-1|",
                "soon|",
                "Mon, 02 Mar 2026 14:05:41 GMT| PT30S",
                "Mon, 02 Mar 2026 14:05:01 GMT| PT0S"
            },
            delimiter = '|')
    void aPauseIsSecondsOrADate(String retryAfter, Duration expected) {
        var answer = answer(429, Map.of("Date", DATE, "Retry-After", retryAfter));

        var limited = catchThrowableOfType(
                RateLimited.class,
                () -> verdict.refuseErrors(new Call(Verb.GET, "name", "conversations", "/v1/Services"), answer));

        assertThat(limited.retryAfter()).isEqualTo(expected);
    }
}
