package org.transcriptpipeline.archive.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.twilio.TwilioException;

/// Accounts whose API is left alone for a time: it is away, asks for it, or refuses our credentials. Shown as health,
/// which stays out of readiness: archiving goes on.
@Component("twilioApi")
class AccountPauses implements HealthIndicator {

    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Clock clock;
    private final Duration longest;
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    AccountPauses(Clock clock, ReconcileProperties properties) {
        this.clock = clock;
        this.longest = properties.longestAccountPause();
    }

    private record Pause(Instant until, int failures, String reason) {}

    List<String> awake(Collection<String> accountSids) {
        return accountSids.stream().filter(sid -> !isPaused(sid)).toList();
    }

    boolean isPaused(String accountSid) {
        var pause = pauses.get(accountSid);
        return pause != null && clock.instant().isBefore(pause.until());
    }

    String reason(String accountSid) {
        var pause = pauses.get(accountSid);
        return pause == null ? "it did not answer" : pause.reason();
    }

    void wentWell(String accountSid) {
        pauses.remove(accountSid);
    }

    /// What is wrong with one conversation alone pauses nothing.
    void failed(String accountSid, TwilioException e) {
        switch (e) {
            case TwilioException.Unauthorised _ -> pause(accountSid, longest, e);
            case TwilioException.RateLimited limited ->
                pause(accountSid, limited.retryAfter() != null ? limited.retryAfter() : Duration.ZERO, e);
            case TwilioException.Unavailable _ -> pause(accountSid, Duration.ZERO, e);
            case TwilioException.NotFound _,
                    TwilioException.Unusable _,
                    TwilioException.Refused _,
                    TwilioException.Interrupted _ -> {}
        }
    }

    private void pause(String accountSid, Duration least, TwilioException e) {
        pauses.compute(accountSid, (_, before) -> {
            int failures = before == null ? 1 : before.failures() + 1;
            var doubled = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
            var pause = doubled.compareTo(longest) > 0 ? longest : doubled;
            return new Pause(clock.instant().plus(pause.compareTo(least) > 0 ? pause : least), failures, words(e));
        });
    }

    /// For the verdict's reason: what Twilio did, nothing of whom it was about.
    static String words(TwilioException e) {
        return switch (e) {
            case TwilioException.Unauthorised _ -> "it refuses our credentials";
            case TwilioException.RateLimited _ -> "it asks for fewer requests";
            case TwilioException.Unavailable _ -> "it does not answer";
            case TwilioException.Unusable _ -> "its answer cannot be read";
            case TwilioException.NotFound _ -> "it does not know the conversation's messages";
            case TwilioException.Refused refused -> "it declines with code " + refused.code();
            case TwilioException.Interrupted _ -> "the archiver stopped";
        };
    }

    @Override
    public Health health() {
        var paused = pauses.entrySet().stream()
                .filter(entry -> isPaused(entry.getKey()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> (Object) entry.getValue().reason()));
        return paused.isEmpty()
                ? Health.up().build()
                : Health.outOfService().withDetails(paused).build();
    }
}
