package org.transcriptpipeline.notify.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// An SMTP server that says what a test tells it to, on a real socket: refuses, puts off, falls silent, hangs up.
public final class ScriptedSmtpServer implements AutoCloseable {

    /// Instead of a reply: hang up.
    public static final String HANG_UP = "hang up";

    /// Instead of a reply: say nothing until the other side goes.
    public static final String SILENCE = "silence";

    private static final Map<String, String> FRIENDLY = Map.of(
            "GREETING", "220 scripted",
            "EHLO", "250-scripted\r\n250 AUTH PLAIN",
            "AUTH", "235 welcome",
            "MAIL", "250 sender ok",
            "RCPT", "250 recipient ok",
            "DATA", "354 go on",
            "DOT", "250 2.0.0 queued",
            "RSET", "250 forgotten",
            "QUIT", "221 bye");

    private final ServerSocket socket;
    private final @Nullable SSLContext tls;
    private final boolean isPrivateFromTheStart;
    private final Map<String, UnaryOperator<String>> script = new ConcurrentHashMap<>();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    public ScriptedSmtpServer() {
        this(null, false);
    }

    /// With TLS: from the first byte on, or offered as STARTTLS.
    public ScriptedSmtpServer(@Nullable SSLContext tls, boolean isPrivateFromTheStart) {
        this.tls = tls;
        this.isPrivateFromTheStart = isPrivateFromTheStart;
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (tls != null && !isPrivateFromTheStart) {
            on("EHLO", "250-scripted\r\n250-STARTTLS\r\n250 AUTH PLAIN");
            on("STARTTLS", "220 go ahead");
        }
        Thread.ofVirtual().start(this::acceptConnections);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /// Says this to the verb from now on; `GREETING` and `DOT` count as verbs.
    public ScriptedSmtpServer on(String verb, String reply) {
        return on(verb, _ -> reply);
    }

    /// @param reply from the line that was heard; of `DOT` the whole mail
    public ScriptedSmtpServer on(String verb, UnaryOperator<String> reply) {
        script.put(verb, reply);
        return this;
    }

    public void friendly() {
        script.clear();
    }

    /// The mails that got a 250.
    public List<String> accepted() {
        return accepted;
    }

    public long heard(String verb) {
        return heard.stream().filter(verb::equals).count();
    }

    private void acceptConnections() {
        while (!socket.isClosed()) {
            try {
                var connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection, true));
            } catch (IOException e) {
                return;
            }
        }
    }

    /// Takes the server's part in TLS on a connection that is there.
    private static Socket privately(Socket connection, SSLContext tls) throws IOException {
        var socket = (SSLSocket) tls.getSocketFactory().createSocket(connection, null, connection.getPort(), true);
        socket.setUseClientMode(false);
        socket.startHandshake();
        return socket;
    }

    private void serve(Socket accepted, boolean isGreeted) {
        try (var connection = isGreeted && tls != null && isPrivateFromTheStart ? privately(accepted, tls) : accepted;
                var in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            if (isGreeted && say(connection, in, "GREETING", "") == null) {
                return;
            }
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
                var reply = say(connection, in, verb, line);
                if (reply == null || verb.equals("QUIT")) {
                    return;
                }
                if (verb.equals("STARTTLS") && tls != null) {
                    serve(privately(connection, tls), false);
                    return;
                }
                if (reply.startsWith("354") && say(connection, in, "DOT", readMail(in)) == null) {
                    return;
                }
            }
        } catch (IOException e) {
            // the other side went; that is what some tests want
        }
    }

    private static String readMail(BufferedReader in) throws IOException {
        var mail = new StringBuilder();
        for (var line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            mail.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n"); // RFC 5321, 4.5.2
        }
        return mail.toString();
    }

    /// @return what was said; null where the connection is over
    private @Nullable String say(Socket connection, BufferedReader in, String verb, String line) throws IOException {
        heard.add(verb);
        var reply = script.getOrDefault(verb, _ -> FRIENDLY.getOrDefault(verb, "502 what?"))
                .apply(line);
        if (reply.equals(HANG_UP)) {
            return null;
        }
        if (reply.equals(SILENCE)) {
            in.read();
            return null;
        }
        if (verb.equals("DOT") && reply.startsWith("250")) {
            accepted.add(line);
        }
        connection.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
        return reply;
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
