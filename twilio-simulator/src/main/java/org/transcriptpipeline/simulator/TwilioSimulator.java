package org.transcriptpipeline.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Posts signed webhooks to a running ingest-service. Waits for each answer a bounded time and repeats nothing by
/// itself: Twilio does not either.
public final class TwilioSimulator implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15); // Twilio's own total for a status callback

    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private final URI baseUri;
    private final String publicBaseUrl;
    private final String accountSid;
    private final String authToken;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();

    /// @param baseUri where requests go, `http://127.0.0.1:8080`
    /// @param publicBaseUrl what the signature is made for, the service's `PUBLIC_BASE_URL`
    public TwilioSimulator(URI baseUri, String publicBaseUrl, String accountSid, String authToken) {
        this.baseUri = baseUri;
        this.publicBaseUrl =
                publicBaseUrl.endsWith("/") ? publicBaseUrl.substring(0, publicBaseUrl.length() - 1) : publicBaseUrl;
        this.accountSid = accountSid;
        this.authToken = authToken;
    }

    /// Plays a conversation that starts now.
    public List<Answer> play(Scenario scenario) throws InterruptedException {
        return play(scenario, Instant.now());
    }

    /// Plays a conversation, request after request. Playing it again with the same start sends the same bytes.
    ///
    /// @return an answer for every request, in the order sent
    public List<Answer> play(Scenario scenario, Instant startedAt) throws InterruptedException {
        var answers = new ArrayList<Answer>();
        for (var planned : Script.of(scenario, accountSid, startedAt)) {
            Thread.sleep(planned.delay());
            answers.add(planned.forge() ? post(planned.webhook(), "forged " + authToken) : post(planned.webhook()));
        }
        return answers;
    }

    /// Where a request goes, as Twilio was told it.
    String url(Webhook webhook) {
        return publicBaseUrl + webhook.path();
    }

    /// Sends one request and waits for its answer.
    public Answer post(Webhook webhook) throws InterruptedException {
        return post(webhook, authToken);
    }

    /// Sends many, so many at a time, each as soon as a place is free.
    ///
    /// @param concurrency requests in flight
    /// @param answered called once per request, by several threads
    public void post(Iterator<Webhook> webhooks, int concurrency, Consumer<Answer> answered)
            throws InterruptedException {
        var senders = new ArrayList<Future<?>>();
        try (var executor =
                Executors.newFixedThreadPool(concurrency, Thread.ofVirtual().factory())) {
            for (int i = 0; i < concurrency; i++) {
                senders.add(executor.submit(() -> {
                    for (var next = next(webhooks); !next.isEmpty(); next = next(webhooks)) {
                        answered.accept(post(next.getFirst()));
                    }
                    return null;
                }));
            }
            for (var sender : senders) {
                sender.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a sender failed", e.getCause());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private Answer post(Webhook webhook, String token) throws InterruptedException {
        boolean isForm = webhook.json() == null;
        var target = isForm ? webhook.path() : webhook.path() + "?bodySHA256=" + Sids.sha256(webhook.body());
        var request = HttpRequest.newBuilder(URI.create(baseUri + target))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", isForm ? FORM : "application/json")
                .header("User-Agent", "TwilioProxy/1.1")
                .header("Accept", "*/*")
                .header("I-Twilio-Idempotency-Token", webhook.idempotencyToken())
                .header("X-Twilio-Signature", Signature.of(token, publicBaseUrl + target, webhook.parameters()))
                .POST(HttpRequest.BodyPublishers.ofString(webhook.body()))
                .build();
        long start = System.nanoTime();
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.discarding());
            return new Answer.Answered(webhook, response.statusCode(), since(start));
        } catch (IOException e) {
            return new Answer.Unanswered(webhook, e.getClass().getSimpleName(), since(start));
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /// The next one or none, taken by one thread at a time.
    private static List<Webhook> next(Iterator<Webhook> webhooks) {
        synchronized (webhooks) {
            return webhooks.hasNext() ? List.of(webhooks.next()) : Collections.emptyList();
        }
    }
}
