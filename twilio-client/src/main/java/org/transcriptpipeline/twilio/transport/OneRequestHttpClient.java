package org.transcriptpipeline.twilio.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.twilio.http.HttpClient;
import com.twilio.http.HttpUtility;
import com.twilio.http.Request;
import com.twilio.http.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/// Carries the SDK's requests: each is sent exactly once, has a time limit that includes its answer, and follows no
/// redirect. The SDK's own client would send a POST up to three times on a 5xx.
final class OneRequestHttpClient extends HttpClient {

    /// 100 messages of 32 KB with 4 KB of attributes, three times as long when their characters are escaped.
    private static final int LONGEST_ANSWER_BYTES = 16 * 1024 * 1024;

    private final @Nullable URI baseUrl;
    private final java.net.http.HttpClient http;

    OneRequestHttpClient(@Nullable URI baseUrl, Duration connectTimeout) {
        this.baseUrl = baseUrl;
        this.http = java.net.http.HttpClient.newBuilder()
                .version(java.net.http.HttpClient.Version.HTTP_1_1)
                .followRedirects(java.net.http.HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    @Override
    public Response reliableRequest(Request request, int[] retryCodes, int retries, long delayMillis) {
        return makeRequest(request);
    }

    @Override
    public Response makeRequest(Request request) {
        var ours = (ApiRequest) request;
        try {
            return new CompleteResponse(answer(httpRequest(ours), ours.timeout()));
        } catch (IOException | InterruptedException e) {
            throw new NotAnswered(e);
        }
    }

    private Answer answer(HttpRequest request, Duration timeout) throws IOException, InterruptedException {
        // the timeout of an HttpRequest ends with the headers, this one with the last byte
        var exchange = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER_BYTES));
        try {
            HttpResponse<byte[]> response = exchange.get(timeout.toNanos(), NANOSECONDS);
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no complete answer within " + timeout);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    private HttpRequest httpRequest(ApiRequest request) {
        var builder = HttpRequest.newBuilder(
                        target(URI.create(request.constructURL().toString())))
                .header("Authorization", request.getAuthString())
                .header("Accept", "application/json")
                .header("User-Agent", HttpUtility.getUserAgentString(request.getUserAgentExtensions(), true));
        request.headers().forEach(header -> builder.header(header.name(), header.value()));
        return switch (request.getMethod()) {
            case POST ->
                builder.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(request.encodeFormBody(), UTF_8))
                        .build();
            case DELETE -> builder.DELETE().build();
            default -> builder.GET().build();
        };
    }

    private URI target(URI meant) {
        return baseUrl == null ? meant : ApiUrls.below(baseUrl, meant);
    }

    void close() {
        http.shutdownNow();
    }

    /// An answer on its way through the SDK.
    static final class CompleteResponse extends Response {
        private final Answer answer;

        CompleteResponse(Answer answer) {
            super("", answer.status(), new Header[0]);
            this.answer = answer;
        }

        Answer answer() {
            return answer;
        }
    }

    /// A checked exception on its way through the SDK.
    static final class NotAnswered extends RuntimeException {
        NotAnswered(Exception cause) {
            super(cause);
        }
    }
}
