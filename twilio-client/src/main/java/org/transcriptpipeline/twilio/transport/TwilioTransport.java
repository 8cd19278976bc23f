package org.transcriptpipeline.twilio.transport;

import com.twilio.http.TwilioRestClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.transport.OneRequestHttpClient.CompleteResponse;
import org.transcriptpipeline.twilio.transport.OneRequestHttpClient.NotAnswered;

/// Sends one HTTP request to Twilio and reads its answer. The SDK adds credentials and finds the host of region and
/// edge. Thread-safe.
public final class TwilioTransport implements AutoCloseable {

    private final OneRequestHttpClient http;
    private final TwilioRestClient sdk;

    /// @param baseUrl where all requests go instead; null for Twilio's hosts
    public TwilioTransport(
            String username,
            String secret,
            @Nullable URI baseUrl,
            @Nullable String region,
            @Nullable String edge,
            Duration connectTimeout) {
        this.http = new OneRequestHttpClient(baseUrl, connectTimeout);
        var builder = new TwilioRestClient.Builder(username, secret).httpClient(http);
        if (region != null) {
            builder.region(region);
        }
        if (edge != null) {
            builder.edge(edge);
        }
        this.sdk = new QuietRestClient(builder);
    }

    /// @param timeout until the answer's last byte
    /// @throws IOException no connection, no complete answer in time, or an answer above 16 MiB
    /// @throws InterruptedException the request was given up; it may have been carried out
    public Answer exchange(Ask ask, Duration timeout) throws IOException, InterruptedException {
        try {
            return ((CompleteResponse) sdk.request(new ApiRequest(ask, timeout))).answer();
        } catch (NotAnswered e) {
            switch (e.getCause()) {
                case InterruptedException interrupted -> throw interrupted;
                case IOException io -> throw io;
                case null, default -> throw e;
            }
        }
    }

    /// Requests that are under way fail.
    @Override
    public void close() {
        http.close();
    }
}
