package org.transcriptpipeline.twilio;

import static org.transcriptpipeline.twilio.TwilioCalls.Outcome;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.TwilioException.Interrupted;
import org.transcriptpipeline.twilio.TwilioException.NotFound;
import org.transcriptpipeline.twilio.TwilioException.RateLimited;
import org.transcriptpipeline.twilio.TwilioException.Refused;
import org.transcriptpipeline.twilio.TwilioException.Unauthorised;
import org.transcriptpipeline.twilio.TwilioException.Unavailable;
import org.transcriptpipeline.twilio.TwilioException.Unusable;
import org.transcriptpipeline.twilio.json.TwilioJson;
import org.transcriptpipeline.twilio.transport.Answer;

/// What an answer says before anybody reads its body.
final class Verdict {

    private static final int NOT_FOUND = 20404;
    private static final int TOO_MANY_REQUESTS = 20429;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final TwilioJson json;
    private final Clock clock;

    Verdict(TwilioJson json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    /// @throws TwilioException unless the status is a 2xx
    void refuseErrors(Call call, Answer answer) {
        var status = answer.status();
        if (status >= 200 && status < 300) {
            return;
        }
        var code = status < 400 ? null : json.errorCode(answer.body());
        var said = call + ": HTTP " + status + (code == null ? "" : ", code " + code);
        if (status == 429 || (code != null && code == TOO_MANY_REQUESTS)) {
            throw new RateLimited(said, status, code, retryAfter(answer));
        }
        if (status >= 500) {
            throw new Unavailable(said, status, code);
        }
        if (status == 401 || status == 403) {
            throw new Unauthorised(said, status, code);
        }
        if (status == 404 && code != null && code == NOT_FOUND) {
            throw new NotFound(said);
        }
        if (status < 400 || code == null) {
            throw new Unusable(said + ", which Twilio does not answer", status);
        }
        throw new Refused(said, status, code);
    }

    static Outcome outcome(TwilioException e) {
        return switch (e) {
            case NotFound _ -> Outcome.NOT_FOUND;
            case Unauthorised _ -> Outcome.UNAUTHORISED;
            case RateLimited _ -> Outcome.RATE_LIMITED;
            case Unavailable _ -> Outcome.UNAVAILABLE;
            case Unusable _ -> Outcome.UNUSABLE;
            case Refused _ -> Outcome.REFUSED;
            case Interrupted _ -> Outcome.INTERRUPTED;
        };
    }

    Instant answeredAt(Answer answer) {
        var date = date(answer.headers().firstValue("Date").orElse(""));
        return date == null ? clock.instant() : date;
    }

    /// Seconds, or a date (RFC 9110); null where it is missing or neither. Twilio promises none.
    private @Nullable Duration retryAfter(Answer answer) {
        var value = answer.headers().firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,9}")) {
            return bounded(Duration.ofSeconds(Long.parseLong(value)));
        }
        var date = date(value);
        return date == null ? null : bounded(Duration.between(answeredAt(answer), date));
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait;
    }

    private static @Nullable Instant date(String value) {
        try {
            return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
