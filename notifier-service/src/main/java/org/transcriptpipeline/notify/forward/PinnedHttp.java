package org.transcriptpipeline.notify.forward;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.net.AddressRanges;

/// Posts to hosts that are allowed, and only to addresses that are theirs to have: a name is resolved once, every
/// address is checked, and the connection goes to one of those very addresses (`faults.md` N17). No redirects, no
/// proxies, no cookies, no second use of a connection, one limit for the whole exchange, and a bounded part of the
/// answer is read.
final class PinnedHttp implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PinnedHttp.class);
    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final int LONGEST_WORDS = 300;
    private static final int MOST_CONNECTIONS = 64;

    private final AllowedHosts allowed;
    private final NameResolver resolver;
    private final Duration limit;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("forward-limit").factory());

    /// @param limit of a whole exchange, resolving included
    PinnedHttp(AllowedHosts allowed, NameResolver resolver, Duration limit) {
        this.allowed = allowed;
        this.resolver = resolver;
        this.limit = limit;
        var timeout = Timeout.of(limit);
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedAddresses())
                        .setMaxConnTotal(MOST_CONNECTIONS)
                        .setMaxConnPerRoute(MOST_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setSocketTimeout(timeout)
                                .build())
                        // while a TLS handshake runs only this one counts
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(timeout).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(timeout)
                        .setConnectionRequestTimeout(timeout)
                        .setRedirectsEnabled(false)
                        .setAuthenticationEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setConnectionReuseStrategy((_, _, _) -> false)
                .setUserAgent("transcript-pipeline")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /// What is posted, as often as it has to be.
    interface Body {

        /// In bytes.
        long length();

        void writeTo(OutputStream out) throws IOException;
    }

    /// What came of a request.
    sealed interface Answer {}

    /// @param words the beginning of the answer's body
    /// @param retryAfter the header, as it came
    record Status(int code, String words, @Nullable String retryAfter) implements Answer {
        @Override
        public String toString() {
            return "Status[" + code + "]";
        }
    }

    /// @param isToItsEnd whether the whole body was written before
    record NoAnswer(String reason, boolean isToItsEnd) implements Answer {}

    /// The certificate does not hold.
    record Untrusted(String reason) implements Answer {}

    /// No request goes there.
    record Forbidden(String reason) implements Answer {}

    /// Never throws.
    Answer post(URI url, Map<String, String> headers, Body body) {
        var refusal = allowed.refusal(url);
        if (refusal != null) {
            return new Forbidden(refusal);
        }
        var request = new HttpPost(url);
        headers.forEach(request::setHeader);
        var entity = new Entity(body);
        request.setEntity(entity);
        try (var _ = cancelledAfterLimit(request)) {
            var response = client.executeOpen(HttpHost.create(url), request, null);
            try {
                return status(response);
            } finally {
                request.cancel(); // or closing would read an endless answer to its end
                closeQuietly(response);
            }
        } catch (IOException | RuntimeException e) {
            return failed(e, entity.isToItsEnd, request.isCancelled());
        }
    }

    /// Until it is closed.
    private Watching cancelledAfterLimit(HttpPost request) {
        var end = watch.schedule(request::cancel, limit.toMillis(), TimeUnit.MILLISECONDS);
        return () -> end.cancel(false);
    }

    @FunctionalInterface
    private interface Watching extends AutoCloseable {
        @Override
        void close();
    }

    private static Answer status(ClassicHttpResponse response) {
        var retryAfter = response.getFirstHeader("Retry-After");
        return new Status(response.getCode(), words(response), retryAfter == null ? null : retryAfter.getValue());
    }

    /// Whatever happens here, the answer is known.
    private static void closeQuietly(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException | RuntimeException e) {
            log.debug(
                    "The connection did not close as it should: {}",
                    e.getClass().getSimpleName());
        }
    }

    /// Once the status is there the answer is known, whatever becomes of its body.
    private static String words(ClassicHttpResponse response) {
        var entity = response.getEntity();
        if (entity == null) {
            return "";
        }
        var read = new byte[LARGEST_ANSWER];
        int length = 0;
        try {
            InputStream content = entity.getContent();
            int more;
            while (length < read.length && (more = content.read(read, length, read.length - length)) >= 0) {
                length += more;
            }
        } catch (IOException | RuntimeException e) {
            // what came before is told
        }
        var text = new String(read, 0, length, StandardCharsets.UTF_8).strip();
        return text.length() <= LONGEST_WORDS ? text : text.substring(0, LONGEST_WORDS);
    }

    private static Answer failed(Exception failure, boolean isToItsEnd, boolean isOverLimit) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case ForbiddenAddressException e -> {
                    return new Forbidden(String.valueOf(e.getMessage()));
                }
                case CertificateException _, SSLPeerUnverifiedException _ -> {
                    return new Untrusted(
                            "its certificate does not hold: " + cause.getClass().getSimpleName());
                }
                default -> {}
            }
        }
        return new NoAnswer(
                isOverLimit
                        ? "no answer within the limit"
                        : "no answer: " + failure.getClass().getSimpleName(),
                isToItsEnd);
    }

    @Override
    public void close() throws IOException {
        watch.shutdownNow();
        client.close();
    }

    /// The one place where a name becomes an address. The client connects to what this returns.
    private final class CheckedAddresses implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            var addresses = resolved(host);
            if (addresses.length == 0) {
                throw new UnknownHostException("no address");
            }
            boolean isPrivate = allowed.isPrivate(host);
            for (var address : addresses) {
                switch (AddressRanges.of(address)) {
                    case PUBLIC -> {}
                    case PRIVATE -> {
                        if (!isPrivate) {
                            throw new ForbiddenAddressException("its host has an address of a private network, and is"
                                    + " not one of transcripts.forward.allowed-private-hosts");
                        }
                    }
                    case NOBODYS ->
                        throw new ForbiddenAddressException(
                                "its host has an address that nothing is sent to: link-local, multicast or reserved");
                }
            }
            return addresses;
        }

        /// Aside, since a look-up knows no limit of its own.
        private InetAddress[] resolved(String host) throws UnknownHostException {
            var look = new FutureTask<>(() -> resolver.resolve(host));
            Thread.ofVirtual().name("forward-resolve").start(look);
            try {
                var addresses = look.get(limit.toMillis(), TimeUnit.MILLISECONDS);
                return Arrays.copyOf(addresses, addresses.length);
            } catch (ExecutionException | TimeoutException e) {
                throw new UnknownHostException("not resolved");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnknownHostException("interrupted");
            }
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static final class ForbiddenAddressException extends UnknownHostException {
        private ForbiddenAddressException(String reason) {
            super(reason);
        }
    }

    private static final class Entity extends AbstractHttpEntity {

        private final Body body;
        private volatile boolean isToItsEnd;

        private Entity(Body body) {
            super(ContentType.APPLICATION_JSON, null);
            this.body = body;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            body.writeTo(out);
            isToItsEnd = true;
        }

        @Override
        public long getContentLength() {
            return body.length();
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public boolean isStreaming() {
            return false;
        }

        @Override
        public InputStream getContent() throws IOException {
            throw new InterruptedIOException("this body is only written");
        }

        @Override
        public void close() {}
    }
}
