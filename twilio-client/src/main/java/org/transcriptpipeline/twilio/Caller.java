package org.transcriptpipeline.twilio;

import static org.transcriptpipeline.twilio.TwilioCalls.Outcome;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.TwilioException.Interrupted;
import org.transcriptpipeline.twilio.TwilioException.RateLimited;
import org.transcriptpipeline.twilio.TwilioException.Unavailable;
import org.transcriptpipeline.twilio.TwilioException.Unusable;
import org.transcriptpipeline.twilio.json.TwilioJson;
import org.transcriptpipeline.twilio.json.UnreadableAnswerException;
import org.transcriptpipeline.twilio.transport.Answer;
import org.transcriptpipeline.twilio.transport.ApiUrls;
import org.transcriptpipeline.twilio.transport.Ask;
import org.transcriptpipeline.twilio.transport.TwilioTransport;

/// Makes a call: waits for the account's turn, sends, repeats what may be repeated, and reads the answer.
final class Caller implements AutoCloseable {

    private static final int MOST_ATTEMPTS = 3;
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE_WHEN_LIMITED = Duration.ofSeconds(2);

    private final TwilioClientSettings settings;
    private final Duration firstPause;
    private final TwilioTransport transport;
    private final TwilioJson json = new TwilioJson();
    private final Verdict verdict;
    private final RateBudget budget;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /// @param firstPause between the first attempt and the second, unless Twilio limits the rate; then it doubles
    Caller(TwilioClientSettings settings, Duration firstPause) {
        this.settings = settings;
        this.firstPause = firstPause;
        var credentials = settings.credentials();
        var location = settings.location();
        this.transport = new TwilioTransport(
                credentials.username(),
                credentials.secret(),
                location.baseUrl(),
                location.region(),
                location.edge(),
                settings.limits().connectTimeout());
        this.verdict = new Verdict(json, settings.clock());
        this.budget = RateBudgets.take(
                credentials.accountSid(), location.baseUrl(), settings.limits().requestsPerSecond());
    }

    <T> Fetched<T> fetch(Call call, Class<T> type) {
        return make(
                call, call.ask(), answer -> new Fetched<>(json.read(answer.body(), type), verdict.answeredAt(answer)));
    }

    /// @param pageUrl null for the first page
    <T> Page<T> page(Call call, @Nullable String pageUrl, String key, Class<T> type) {
        var own = pageUrl == null ? null : usable(call, pageUrl);
        return make(call, own == null ? call.ask() : call.askForPage(own), answer -> {
            var listed = json.readPage(answer.body(), key, type);
            var next = listed.nextPage() == null ? null : usable(call, listed.nextPage());
            if (next != null && next.equals(own)) {
                throw new Unusable(call + ": the page names itself as the next one", answer.status());
            }
            return new Page<>(listed.items(), next, verdict.answeredAt(answer));
        });
    }

    void delete(Call call) {
        make(call, call.ask(), Answer::status);
    }

    private String usable(Call call, String pageUrl) {
        var url = ApiUrls.ofPage(pageUrl, call.product(), settings.location().baseUrl());
        if (url == null) {
            throw new Unusable(call + ": a link to a page leads away from Twilio", null);
        }
        return url;
    }

    private <T> T make(Call call, Ask ask, Function<Answer, T> reader) {
        var deadline = new Deadline(settings.limits().totalTimeout());
        try {
            for (var attempt = 1; ; attempt++) {
                awaitTurn(call, deadline);
                try {
                    return attempt(call, ask, deadline, reader);
                } catch (TwilioException e) {
                    var pause = pauseAfter(e, attempt);
                    if (e instanceof RateLimited) {
                        budget.pause(pause);
                    }
                    if (attempt == MOST_ATTEMPTS
                            || !mayPass(call, e)
                            || deadline.left().compareTo(pause) <= 0) {
                        throw e;
                    }
                    if (!(e instanceof RateLimited)) {
                        Thread.sleep(pause);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted(call + ": interrupted");
        }
    }

    private void awaitTurn(Call call, Deadline deadline) throws InterruptedException {
        // a request that is sent with no time left for its answer may be carried out, and nobody would know
        var wait = budget.await(deadline.leftBefore(settings.limits().requestTimeout()));
        if (wait != null) {
            settings.calls().called(call.name(), Outcome.NOT_SENT, Duration.ZERO);
            throw new RateLimited(call + ": not sent, the account's turn is too far away", null, null, wait);
        }
    }

    private <T> T attempt(Call call, Ask ask, Deadline deadline, Function<Answer, T> reader)
            throws InterruptedException {
        var start = System.nanoTime();
        var outcome = Outcome.INTERRUPTED;
        try {
            var answer =
                    transport.exchange(ask, deadline.leftFor(settings.limits().requestTimeout()));
            verdict.refuseErrors(call, answer);
            var value = reader.apply(answer);
            outcome = Outcome.OK;
            return value;
        } catch (TwilioException e) {
            outcome = Verdict.outcome(e);
            throw e;
        } catch (UnreadableAnswerException e) {
            outcome = Outcome.UNUSABLE;
            throw new Unusable(call + ": the answer is unreadable, " + e.getMessage(), null);
        } catch (IOException e) {
            outcome = Outcome.UNAVAILABLE;
            // not as the cause: its text is not ours, and may name a proxy's address or part of an answer
            throw new Unavailable(call + ": no answer, " + e.getClass().getSimpleName(), null, null);
        } finally {
            settings.calls().called(call.name(), outcome, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private static boolean mayPass(Call call, TwilioException e) {
        return call.isRepeatable()
                && switch (e) {
                    case RateLimited _, Unavailable _, Unusable _ -> true;
                    case TwilioException.NotFound _,
                            TwilioException.Unauthorised _,
                            TwilioException.Refused _,
                            Interrupted _ -> false;
                };
    }

    /// Doubles with each attempt; between half of it and the whole, so that many who failed together do not come
    /// back together.
    private Duration pauseAfter(TwilioException e, int attempt) {
        if (e instanceof RateLimited limited && limited.retryAfter() != null) {
            return limited.retryAfter();
        }
        var base = e instanceof RateLimited ? FIRST_PAUSE_WHEN_LIMITED : firstPause;
        var most = base.multipliedBy(1L << (attempt - 1)).toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }

    @Override
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            transport.close();
            RateBudgets.release(
                    settings.credentials().accountSid(), settings.location().baseUrl());
        }
    }

    /// Until when a call has to be done.
    private record Deadline(long nanos) {
        Deadline(Duration timeout) {
            this(System.nanoTime() + timeout.toNanos());
        }

        Duration left() {
            return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
        }

        Duration leftFor(Duration atMost) {
            return shorter(left(), atMost);
        }

        /// Without the time that is needed afterwards; at least half of what is left.
        Duration leftBefore(Duration after) {
            var left = left();
            return left.minus(shorter(after, left.dividedBy(2)));
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
