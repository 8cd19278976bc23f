package org.transcriptpipeline.notify.forward;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.notify.channel.Outcome;

/// What an HTTP answer means: only 2xx is done.
final class HttpReply {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private HttpReply() {}

    /// @param isRepeatable whether the other side can tell a repeat, so that a doubt is none
    static Outcome outcome(PinnedHttp.Answer answer, String contentSha256, boolean isRepeatable, Instant now) {
        return switch (answer) {
            case PinnedHttp.Status(var code, var words, var retryAfter) ->
                ofStatus(code, (code + " " + words).strip(), retryAfter, contentSha256, now);
            case PinnedHttp.NoAnswer(var reason, var isToItsEnd) ->
                isToItsEnd && !isRepeatable ? new Outcome.Unanswered(reason) : new Outcome.TryLater(reason, null, null);
            case PinnedHttp.Untrusted(var reason) -> new Outcome.Broken(reason, null);
            case PinnedHttp.Forbidden(var reason) -> new Outcome.Refused("not sent: " + reason, null);
        };
    }

    private static Outcome ofStatus(
            int code, String words, @Nullable String retryAfter, String contentSha256, Instant now) {
        if (code >= 200 && code <= 299) {
            return new Outcome.Sent(words, contentSha256, code);
        }
        return switch (code) {
            case 401, 403, 410 -> new Outcome.Broken(words, code);
            case 408, 425, 429 -> new Outcome.TryLater(words, code, wait(retryAfter, now));
            default ->
                code >= 500
                        ? new Outcome.TryLater(words, code, wait(retryAfter, now))
                        : new Outcome.Refused(words, code);
        };
    }

    /// Seconds or a date (RFC 9110, 10.2.3), up to an hour.
    static @Nullable Duration wait(@Nullable String retryAfter, Instant now) {
        if (retryAfter == null) {
            return null;
        }
        var text = retryAfter.strip();
        try {
            var wait = text.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return wait.isNegative() ? null : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
