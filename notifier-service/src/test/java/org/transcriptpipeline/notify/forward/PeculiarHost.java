package org.transcriptpipeline.notify.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/// A web server on loopback that answers as it is told, byte for byte, and remembers what it heard.
public final class PeculiarHost implements AutoCloseable {

    private final ServerSocket server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile Reaction reaction = status("204 No Content");

    /// @param headers names in lower case
    public record Request(String line, Map<String, String> headers, byte[] body) {}

    @FunctionalInterface
    public interface Reaction {
        void answer(Request request, OutputStream out) throws IOException;
    }

    public PeculiarHost() {
        this(ServerSocketFactory.getDefault());
    }

    /// @param sockets of TLS, for instance
    PeculiarHost(ServerSocketFactory sockets) {
        try {
            server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    public static Reaction status(String status, String... headers) {
        return raw("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n"
                + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList()) + "\r\n");
    }

    public static Reaction raw(String answer) {
        return (_, out) -> out.write(answer.getBytes(ISO_8859_1));
    }

    public void does(Reaction what) {
        reaction = what;
    }

    public int port() {
        return server.getLocalPort();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = socket.getInputStream();
            var line = line(in);
            if (line.isEmpty()) {
                return;
            }
            var headers = new TreeMap<String, String>();
            for (var header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            var request = new Request(line, headers, body);
            requests.add(request);
            reaction.answer(request, socket.getOutputStream());
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // the other side went away
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(ISO_8859_1).strip();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
