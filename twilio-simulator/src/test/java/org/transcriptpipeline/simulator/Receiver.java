package org.transcriptpipeline.simulator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// The other side: takes signed webhooks, answers 204, or what it was told to.
public final class Receiver implements AutoCloseable {

    public static final String TOKEN = "0123" + "456789abcdef";
    public static final String PUBLIC_BASE_URL = "https://hooks.example.com";

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final HttpServer server;

    public Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var target = exchange.getRequestURI().toString();
            boolean isForm =
                    exchange.getRequestHeaders().getFirst("Content-Type").startsWith("application/x-www");
            var expected = Signature.of(TOKEN, PUBLIC_BASE_URL + target, isForm ? FormBody.decode(body) : List.of());
            boolean isSigned = expected.equals(exchange.getRequestHeaders().getFirst("X-Twilio-Signature"))
                    && (isForm || target.endsWith("?bodySHA256=" + Sids.sha256(body)));
            received.add(new Received(exchange.getRequestURI().getPath(), body, isSigned));
            int status = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 503 : 204;
            exchange.sendResponseHeaders(isSigned ? status : 403, -1);
            exchange.close();
        });
        server.start();
    }

    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    TwilioSimulator simulator(String accountSid) {
        return new TwilioSimulator(baseUrl(), PUBLIC_BASE_URL, accountSid, TOKEN);
    }

    void refusesNext(int count) {
        refusals.set(count);
    }

    public List<Received> received() {
        return received;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    public record Received(String path, String body, boolean isSigned) {

        /// The value of a parameter, or an empty text.
        public String value(String name) {
            return FormBody.decode(body).stream()
                    .filter(p -> p.name().equals(name))
                    .map(Parameter::value)
                    .findFirst()
                    .orElse("");
        }
    }
}
