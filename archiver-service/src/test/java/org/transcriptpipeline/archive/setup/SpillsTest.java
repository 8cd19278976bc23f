package org.transcriptpipeline.archive.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.setup.Spills.Spill;

class SpillsTest {

    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void eachInstanceSaysWhatWaitsThere() throws IOException {
        assertThat(look(
                        answering(
                                200,
                                "{'components': {'spill': {'status': 'UP', 'details': {'records': 0, 'oldestSeconds': 0}}}}"),
                        answering(503, """
                                {'components': {'spill': {'status': 'OUT_OF_SERVICE', 'details':
                                {'records': 17, 'oldestSeconds': 90}}}}"""),
                        answering(200, "{'components': {'spill': {'status': 'UP', 'details': {'spill': 'off'}}}}")))
                .containsExactly(new Spill(0L, 0L, true), new Spill(17L, 90L, false), new Spill(null, null, true));
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForLong() throws Exception {
        var silent = new CountDownLatch(1);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                silent.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        servers.add(server);
        long before = System.nanoTime();

        var seen = look(Duration.ofSeconds(1), url(server), "http://127.0.0.1:1", answering(200, "no JSON"));

        silent.countDown();
        assertThat(seen).hasSize(3).containsOnly(new Spill(null, null, false));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void whereNobodyIsNamedNobodyIsAsked() {
        assertThat(look("")).isEmpty();
    }

    private static List<Spill> look(String... urls) {
        return look(Duration.ofSeconds(20), urls);
    }

    private static List<Spill> look(Duration patience, String... urls) {
        return new Spills(new SetUpProperties(List.of(), List.of(urls)), Clock.systemUTC(), patience).look();
    }

    private String answering(int status, String json) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var body = json.replace('\'', '"').getBytes(UTF_8);
        server.createContext("/actuator/health", exchange -> {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        servers.add(server);
        return url(server) + "/";
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
