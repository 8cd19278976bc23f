package org.transcriptpipeline.archive.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.archive.media.ContentDownload.RefusedException;

class ContentDownloadTest {

    private static final int LIMIT = 200_000;

    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir
    Path directory;

    private HttpServer server;
    private URI base;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
        server.stop(0);
    }

    @Test
    void aFileWithoutAnEndIsLeftAtTheLimit() throws Exception {
        serve(http -> {
            http.sendResponseHeaders(200, 0); // in chunks
            var chunk = new byte[10_000];
            while (true) {
                http.getResponseBody().write(chunk);
            }
        });

        assertThatThrownBy(() -> fetch(base, base + "/file"))
                .asInstanceOf(type(RefusedException.class))
                .extracting(RefusedException::outcome)
                .isEqualTo("too_large");
        assertThat(kept()).isZero();
    }

    @Test
    void aFileThatTricklesIsGivenUpAtTheTimeLimit() throws Exception {
        serve(http -> {
            http.sendResponseHeaders(200, 0);
            while (true) {
                http.getResponseBody().write(1);
                http.getResponseBody().flush();
                Thread.sleep(20);
            }
        });
        var start = System.nanoTime();

        assertThatThrownBy(() -> fetch(base, base + "/file", Duration.ofSeconds(1)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(RefusedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) throws Exception {
        serve(http -> {
            http.getResponseHeaders().set("Location", "/elsewhere");
            http.sendResponseHeaders(status, -1);
        });

        assertThatThrownBy(() -> fetch(base, base + "/file"))
                .asInstanceOf(type(RefusedException.class))
                .extracting(RefusedException::outcome)
                .isEqualTo("redirect");
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:PORT/",
                "https://localhost:PORT/",
                "https://[::1]:PORT/",
                "http://127.0.0.1:PORT/",
                "http://media.example.com/",
                "https://169.254.169.254/latest/meta-data/",
                "https://10.0.0.1/",
                "https://2130706433/",
                "https://user:secret@media.example.com/",
                "file:///etc/passwd",
                "gopher://x/",
                "//127.0.0.1/",
                "no address",
                ""
            })
    void nothingIsAskedOfAnAddressThatIsNotPublic(String link) throws Exception {
        serve(http -> http.sendResponseHeaders(200, -1));

        assertThatThrownBy(() -> fetch(
                        null,
                        link.replace(
                                "PORT", Integer.toString(server.getAddress().getPort()))))
                .asInstanceOf(type(RefusedException.class))
                .extracting(RefusedException::outcome)
                .isEqualTo("unsafe_link");
        assertThat(requests).hasValue(0);
    }

    @Test
    void aStandInMayBeAskedWithoutTlsButNoOtherPortOfItsHost() throws Exception {
        serve(http -> {
            http.sendResponseHeaders(200, 4);
            http.getResponseBody().write(new byte[4]);
        });

        fetch(base, base + "/file");

        assertThat(requests).hasValue(1);
        assertThatThrownBy(() -> fetch(base, "http://127.0.0.1:1/")).isInstanceOf(RefusedException.class);
    }

    private interface Answer {
        void to(com.sun.net.httpserver.HttpExchange http) throws IOException, InterruptedException;
    }

    private void serve(Answer answer) {
        server.createContext("/", http -> {
            requests.incrementAndGet();
            try (http) {
                answer.to(http);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    private void fetch(URI standIn, String link) throws IOException {
        fetch(standIn, link, Duration.ofSeconds(30));
    }

    private void fetch(URI standIn, String link, Duration timeLimit) throws IOException {
        var store = new ContentStore(directory, Instant.now());
        try (var download = new ContentDownload(standIn, LIMIT, 1, timeLimit);
                var file = store.begin()) {
            download.fetch(link, null, file);
        }
    }

    private long kept() throws IOException {
        try (var all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count();
        }
    }
}
