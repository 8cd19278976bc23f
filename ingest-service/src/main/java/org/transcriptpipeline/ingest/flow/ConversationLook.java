package org.transcriptpipeline.ingest.flow;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Looks whether a new conversation may be given a flow: young enough, open, and without one. Changes nothing.
final class ConversationLook {

    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    /// Credentials do not mend themselves, rights at Twilio may be given.
    private static final Duration PAUSE_WHEN_UNAUTHORISED = Duration.ofSeconds(30);

    private final TwilioClients clients;
    private final Semaphore turns;
    private final Duration maxAge;
    private final Clock clock;
    private final FlowHealth health;

    /// @param turns how much may be asked at once
    ConversationLook(TwilioClients clients, Semaphore turns, Duration maxAge, Clock clock, FlowHealth health) {
        this.clients = clients;
        this.turns = turns;
        this.maxAge = maxAge;
        this.clock = clock;
        this.health = health;
    }

    /// What needs no question; null: Twilio has to be asked.
    Look.@Nullable Settled withoutTwilio(Candidate candidate) {
        if (!isYoung(candidate)) {
            return new Look.Settled(Outcome.TOO_OLD);
        }
        if (isClosed(candidate.state())) {
            return new Look.Settled(Outcome.CLOSED);
        }
        return clients.client(candidate.accountSid()) == null ? new Look.Settled(Outcome.NO_ACCOUNT) : null;
    }

    /// Tries again while the conversation is young enough.
    Look patiently(Candidate candidate) throws InterruptedException {
        for (int failures = 0; ; failures++) {
            try {
                return once(candidate);
            } catch (TwilioException e) {
                var pause = pauseAfter(e, failures);
                if (clock.instant().plus(pause).isAfter(candidate.receivedAt().plus(maxAge))) {
                    return new Look.Settled(Outcome.GIVEN_UP, e);
                }
                Thread.sleep(pause);
            }
        }
    }

    /// @throws TwilioException when Twilio does not say
    Look once(Candidate candidate) throws InterruptedException {
        var client = clients.client(candidate.accountSid());
        if (client == null) {
            return new Look.Settled(Outcome.NO_ACCOUNT);
        }
        var seenAt = clock.instant();
        turns.acquire();
        try {
            var look = isClosed(fetchState(client, candidate))
                    ? new Look.Settled(Outcome.CLOSED)
                    : hasFlow(client, candidate, null) ? new Look.Settled(Outcome.PRESENT) : new Look.Free(seenAt);
            health.twilioAnswers(candidate.accountSid());
            return look;
        } catch (TwilioException.NotFound e) {
            health.twilioAnswers(candidate.accountSid());
            return new Look.Settled(Outcome.GONE, e);
        } catch (TwilioException.Refused e) {
            health.twilioAnswers(candidate.accountSid());
            return new Look.Settled(Outcome.REFUSED, e);
        } catch (TwilioException.Interrupted _) {
            throw new InterruptedException("stopped while Twilio was asked");
        } catch (TwilioException e) {
            health.twilioFails(candidate.accountSid(), e);
            throw e;
        } finally {
            turns.release();
        }
    }

    /// @param flowSid null: whether it has any
    boolean hasFlow(TwilioClient client, Candidate candidate, @Nullable String flowSid) {
        for (var page : Pages.of(
                next -> client.conversationWebhooks(candidate.serviceSid(), candidate.conversationSid(), next))) {
            for (var webhook : page.items()) {
                if ("studio".equals(webhook.target()) && (flowSid == null || flowSid.equals(webhook.flowSid()))) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean isYoung(Candidate candidate) {
        var now = clock.instant();
        return candidate.receivedAt().isAfter(now.minus(maxAge))
                && !candidate.receivedAt().isAfter(now.plus(CLOCKS_APART));
    }

    private static @Nullable String fetchState(TwilioClient client, Candidate candidate) {
        return client.conversation(candidate.serviceSid(), candidate.conversationSid())
                .value()
                .state();
    }

    private static boolean isClosed(@Nullable String state) {
        return "closed".equals(state);
    }

    private static Duration pauseAfter(TwilioException e, int failures) {
        if (e instanceof TwilioException.Unauthorised) {
            return PAUSE_WHEN_UNAUTHORISED;
        }
        if (e instanceof TwilioException.RateLimited limited && limited.retryAfter() != null) {
            return limited.retryAfter();
        }
        var doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
}
