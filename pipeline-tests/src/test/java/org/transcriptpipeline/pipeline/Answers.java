package org.transcriptpipeline.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Everything that a running pipeline says to whoever asks: metrics, health, error pages of every kind, and the names
/// of its threads. Some of the questions hold what nobody may read in an answer (fault S5).
final class Answers {

    private static final String WORDS = "free puppies";
    private static final String NUMBER = "+12025550143";
    private static final String FORM = "Body=" + WORDS.replace(' ', '+') + "&From=%2B12025550143";
    private static final int PATIENCE_MILLIS = 10_000;
    private static final List<String> SHOWN =
            List.of("", "/health", "/health/readiness", "/health/liveness", "/info", "/prometheus");

    /// What an actuator can have and ours must not (fault S4).
    private static final List<String> HIDDEN = List.of(
            "/metrics",
            "/env",
            "/env/TWILIO_AUTH_TOKEN",
            "/configprops",
            "/beans",
            "/heapdump",
            "/threaddump",
            "/loggers",
            "/logfile",
            "/mappings",
            "/httpexchanges",
            "/shutdown");

    private final List<String> texts = new ArrayList<>();

    /// Asks a service's management port for all that an actuator can have, and holds that it shows the usual three
    /// only, to this machine only.
    Answers management(int port) throws IOException {
        for (var endpoint : SHOWN) {
            ask(port, "GET /actuator" + endpoint + " HTTP/1.1", "");
        }
        for (var endpoint : HIDDEN) {
            ask(port, "GET /actuator" + endpoint + " HTTP/1.1", "");
            // the archiver's sign-in stands before what is not there
            assertThat(texts.getLast()).as("/actuator%s at %s", endpoint, port).containsPattern("^HTTP/1\\.1 40[14] ");
        }
        var addresses = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        for (var address : addresses) {
            assertThatThrownBy(() -> new Socket(address, port).close())
                    .as("from elsewhere")
                    .isInstanceOf(IOException.class);
        }
        return errorPages(port);
    }

    /// Makes a port answer what is wrong with a request, in as many ways as there are.
    Answers errorPages(int port) throws IOException {
        ask(port, "GET /" + WORDS.replace(' ', '+') + "?To=" + NUMBER + " HTTP/1.1", "");
        ask(port, "GET /nowhere?" + FORM + " HTTP/1.1", "");
        ask(port, "GET /%zz" + NUMBER + " HTTP/1.1", "");
        ask(port, "GET / HTTP/1.1\r\nX-Broken header " + NUMBER, "");
        ask(port, "GET / HTTP/9.9", "");
        ask(port, WORDS, "");
        ask(port, "GET / HTTP/1.1\r\nContent-Length: " + NUMBER, "");
        ask(port, "GET / HTTP/1.1\r\nX-Long: " + NUMBER.repeat(5_000), "");
        ask(port, "POST / HTTP/1.1\r\nContent-Type: application/json", "{\"" + WORDS + "\": " + NUMBER);
        ask(port, "DELETE /?" + FORM + " HTTP/1.1", "");
        ask(port, "POST /webhooks/conversations HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded", FORM);
        ask(
                port,
                "POST /webhooks/conversations HTTP/1.1\r\nX-Twilio-Signature: " + NUMBER
                        + "\r\nContent-Type: application/x-www-form-urlencoded",
                FORM);
        ask(port, "POST /webhooks/flow-ended HTTP/1.1\r\nContent-Type: application/json", "{\"" + WORDS + "\": ");
        ask(port, "POST /webhooks/event-streams HTTP/1.1\r\nContent-Type: application/json", "[\"" + WORDS + "\"");
        ask(port, "POST /webhooks/" + WORDS.replace(' ', '+') + " HTTP/1.1", FORM);
        ask(port, "POST /webhooks/conversations HTTP/1.1", FORM.repeat(12_000));
        ask(port, "POST /webhooks/conversations HTTP/1.1\r\nContent-Encoding: gzip", FORM);
        ask(port, "GET /api/handoffs/" + NUMBER + " HTTP/1.1", "");
        ask(port, "GET /api/handoffs/" + NUMBER + " HTTP/1.1\r\nAuthorization: Basic " + NUMBER, "");
        ask(port, "GET /handoffs/" + NUMBER + "/x/y HTTP/1.1", "");
        ask(port, "POST /handoffs/" + NUMBER + "/x/y/take HTTP/1.1\r\nOrigin: https://" + NUMBER + ".example", "");
        return this;
    }

    Answers threads(long pid) throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "Thread.print")
                .redirectErrorStream(true)
                .start();
        texts.add(new String(process.getInputStream().readAllBytes(), UTF_8));
        try {
            if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return this;
    }

    /// Whether any answer holds this, which shows that there were answers.
    boolean hold(String text) {
        return texts.stream().anyMatch(answer -> answer.contains(text));
    }

    Path writeTo(Path file) throws IOException {
        return Files.writeString(file, String.join("\n", texts));
    }

    /// By a plain socket, since a client would not send most of this.
    private void ask(int port, String head, String body) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            var request = head + "\r\nHost: localhost\r\nConnection: close\r\n"
                    + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
            var answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
                socket.getInputStream().transferTo(answer);
            } catch (IOException e) {
                // cut off, in the middle of its request perhaps; what came until then counts
            }
            texts.add(answer.toString(UTF_8));
        }
    }
}
