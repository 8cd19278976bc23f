package org.transcriptpipeline.archive.media;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Gets the bytes behind a temporary link, which may name any host. So nothing of ours goes there: no credentials, no
/// cookies, and no request at all unless it is https to a public address. A redirect is not followed, a file above
/// the limit is not read on, and there is a limit for the whole.
final class ContentDownload implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(15);
    private static final int BUFFER_BYTES = 64 * 1024;

    /// The link is not one to follow, or leads to more than is kept: another attempt ends the same way.
    static final class RefusedException extends IOException {
        private final String outcome;

        /// @param outcome for a counter
        /// @param words nothing of the link
        RefusedException(String outcome, String words) {
            super(words);
            this.outcome = outcome;
        }

        String outcome() {
            return outcome;
        }
    }

    /// Any answer but a whole file.
    static final class NotAnsweredException extends IOException {
        NotAnsweredException(String words) {
            super(words);
        }
    }

    private final @Nullable URI standIn;
    private final long largestBytes;
    private final Duration timeLimit;
    private final CloseableHttpClient http;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("media-time-limit").daemon().factory());

    /// @param standIn the base URL of Twilio's stand-in, which may be on this machine and without TLS; null: Twilio
    ContentDownload(@Nullable URI standIn, long largestBytes, int concurrency, Duration timeLimit) {
        this.standIn = standIn;
        this.largestBytes = largestBytes;
        this.timeLimit = timeLimit;
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new PublicAddresses(standIn == null ? null : standIn.getHost()))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(CONNECT_LIMIT))
                        .setSocketTimeout(Timeout.of(SILENCE_LIMIT))
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(Timeout.of(SILENCE_LIMIT)) // also while TLS is agreed on
                        .build())
                .setMaxConnTotal(concurrency)
                .setMaxConnPerRoute(concurrency)
                .build();
        this.http = HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setRedirectsEnabled(false)
                        .setAuthenticationEnabled(false)
                        .setResponseTimeout(Timeout.of(SILENCE_LIMIT))
                        .build())
                .setConnectionReuseStrategy((_, _, _) -> false) // each link is looked at on its own
                .setUserAgent("transcript-pipeline")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /// @param expectedBytes how long Twilio says that it is; null: not told
    /// @throws RefusedException for good
    /// @throws IOException it may pass; its text may name the host, so it is not for logs
    void fetch(String link, @Nullable Long expectedBytes, ContentStore.Incoming file) throws IOException {
        var request = new HttpGet(usable(link));
        var limit = clock.schedule(request::cancel, timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            http.execute(request, response -> {
                try {
                    read(response, file);
                } catch (IOException e) {
                    request.cancel(); // else the rest is read, only to be thrown away
                    throw e;
                }
                return null;
            });
        } catch (PublicAddresses.NotPublicException _) {
            throw new RefusedException("unsafe_link", "its link does not lead to a public address");
        } finally {
            limit.cancel(false);
        }
        if (expectedBytes != null && expectedBytes != file.size()) {
            throw new NotAnsweredException("its file was shorter or longer than Twilio said");
        }
    }

    private URI usable(String link) throws RefusedException {
        URI url;
        try {
            url = URI.create(link);
        } catch (IllegalArgumentException _) { // not as the cause: the link is a secret
            throw new RefusedException("unsafe_link", "its link is no address");
        }
        boolean isSafe = "https".equals(url.getScheme()) && url.getHost() != null && url.getRawUserInfo() == null;
        if (!isSafe && !isOnStandIn(url)) {
            throw new RefusedException("unsafe_link", "its link is not https");
        }
        return url;
    }

    private boolean isOnStandIn(URI url) {
        return standIn != null
                && standIn.getScheme().equals(url.getScheme())
                && standIn.getHost().equals(url.getHost())
                && standIn.getPort() == url.getPort()
                && url.getRawUserInfo() == null;
    }

    private void read(ClassicHttpResponse response, ContentStore.Incoming file) throws IOException {
        int status = response.getCode();
        if (status >= 300 && status < 400) {
            throw new RefusedException("redirect", "its link leads on to another address");
        }
        var body = response.getEntity();
        if (status != 200 || body == null) {
            throw new NotAnsweredException("its link answered with status " + status);
        }
        if (body.getContentLength() > largestBytes) {
            throw tooLarge();
        }
        var buffer = new byte[BUFFER_BYTES];
        var bytes = body.getContent(); // closed with the connection
        for (int length; (length = bytes.read(buffer)) != -1; ) {
            if (file.size() + length > largestBytes) {
                throw tooLarge();
            }
            file.write(buffer, length);
        }
    }

    static RefusedException tooLarge() {
        return new RefusedException("too_large", "it is larger than what is kept");
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        http.close();
    }
}
