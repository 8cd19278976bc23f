package org.transcriptpipeline.archive.media;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.transcriptpipeline.twilio.TwilioException;

/// Accounts whose media Twilio is not asked about for a time. Apart from the pauses of the other APIs: its media
/// service may be away alone, and what waits for it must not hold up the comparing of conversations.
final class MediaPauses {

    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Clock clock;
    private final Duration longest;
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    MediaPauses(Clock clock, Duration longest) {
        this.clock = clock;
        this.longest = longest;
    }

    private record Pause(Instant until, int failures) {}

    List<String> awake(Collection<String> accountSids) {
        return accountSids.stream().filter(sid -> !isPaused(sid)).toList();
    }

    private boolean isPaused(String accountSid) {
        var pause = pauses.get(accountSid);
        return pause != null && clock.instant().isBefore(pause.until());
    }

    void wentWell(String accountSid) {
        pauses.remove(accountSid);
    }

    /// What is wrong with one medium alone pauses nothing.
    void failed(String accountSid, TwilioException e) {
        switch (e) {
            case TwilioException.Unauthorised _ -> pause(accountSid, longest);
            case TwilioException.RateLimited limited ->
                pause(accountSid, limited.retryAfter() == null ? Duration.ZERO : limited.retryAfter());
            case TwilioException.Unavailable _ -> pause(accountSid, Duration.ZERO);
            case TwilioException.NotFound _,
                    TwilioException.Unusable _,
                    TwilioException.Refused _,
                    TwilioException.Interrupted _ -> {}
        }
    }

    private void pause(String accountSid, Duration least) {
        pauses.compute(accountSid, (_, before) -> {
            int failures = before == null ? 1 : before.failures() + 1;
            var doubled = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
            var pause = doubled.compareTo(longest) > 0 ? longest : doubled;
            return new Pause(clock.instant().plus(pause.compareTo(least) > 0 ? pause : least), failures);
        });
    }
}
