package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;

/// A client that sends bytes as it likes, where a polite one would refuse or mend them.
final class SocketClient implements AutoCloseable {

    private final Socket socket;

    SocketClient(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(15_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int statusOf(int port, SignedWebhook webhook) {
        try (var client = new SocketClient(port)) {
            client.send(headers(webhook, webhook.body().getBytes(UTF_8).length, "Connection: close\r\n"));
            client.send(webhook.body());
            return client.status();
        }
    }

    static String headers(SignedWebhook webhook, long length, String more) {
        return "POST " + webhook.target() + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: " + webhook.signature()
                + "\r\n" + more + "\r\n";
    }

    void send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(UTF_8));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The status of the next answer; -1 where the other end closed without one.
    int status() {
        var line = line();
        return line.startsWith("HTTP/1.1 ") ? Integer.parseInt(line.substring(9, 12)) : -1;
    }

    /// The headers behind a status.
    List<String> headers() {
        return Stream.generate(this::line)
                .map(String::strip)
                .takeWhile(line -> !line.isEmpty())
                .toList();
    }

    /// Everything until the other end closes.
    String rest() {
        try {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() {
        try {
            var line = new ByteArrayOutputStream();
            int b;
            while ((b = socket.getInputStream().read()) >= 0 && b != '\n') {
                line.write(b);
            }
            return line.toString(ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
