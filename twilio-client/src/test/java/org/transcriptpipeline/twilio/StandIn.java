package org.transcriptpipeline.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// A server in the place of Twilio: gives the answers that it was told, the last one again and again, and keeps what
/// it was asked.
final class StandIn implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Reply> replies = new ArrayDeque<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    interface Reply {
        void to(Asked asked, HttpExchange exchange) throws IOException;
    }

    /// @param url below the base URL, query included
    record Asked(String method, String url, List<Pair> query, List<Pair> form, Headers headers, long nanos) {

        String path() {
            return URI.create(url).getPath();
        }
    }

    record Pair(String name, String value) {}

    StandIn() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    StandIn answers(Reply reply) {
        synchronized (replies) {
            replies.add(reply);
        }
        return this;
    }

    StandIn answers(int status, String body) {
        return answers((_, exchange) -> send(exchange, status, body));
    }

    StandIn answers(String json) {
        return answers(200, json);
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var now = System.nanoTime();
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            var url = exchange.getRequestURI();
            var one = new Asked(
                    exchange.getRequestMethod(),
                    url.toString(),
                    pairs(url.getRawQuery()),
                    pairs(body),
                    exchange.getRequestHeaders(),
                    now);
            asked.add(one);
            next().to(one, exchange);
        }
    }

    private Reply next() {
        synchronized (replies) {
            return replies.size() > 1 ? replies.remove() : replies.element();
        }
    }

    private static List<Pair> pairs(String encoded) {
        var pairs = new ArrayList<Pair>();
        Stream.of(encoded == null ? new String[0] : encoded.split("&"))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .forEach(pair ->
                        pairs.add(new Pair(URLDecoder.decode(pair[0], UTF_8), URLDecoder.decode(pair[1], UTF_8))));
        return pairs;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
