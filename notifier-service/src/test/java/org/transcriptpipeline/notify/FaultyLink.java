package org.transcriptpipeline.notify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A wire to a server that a test can cut, make slow, let fall silent, and mend.
public final class FaultyLink implements AutoCloseable {

    private final ServerSocket socket;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;
    private volatile boolean isDeaf;
    private volatile boolean isMute;
    private volatile Duration delay = Duration.ZERO;

    public FaultyLink(int target) {
        this.target = target;
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::acceptConnections);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /// Ends all connections and refuses new ones.
    public void cut() {
        isCut = true;
        open.forEach(FaultyLink::closeQuietly); // each leaves the set by its pump
    }

    /// A black hole: connections stay open, new ones are taken, and no byte comes through in either direction.
    public void fallSilent() {
        isDeaf = true;
        isMute = true;
    }

    /// What is sent arrives, and no answer comes back: acknowledgements are lost.
    public void loseAnswers() {
        isMute = true;
    }

    /// Every piece of what is sent, in either direction, arrives so much later.
    public void slowDown(Duration byEachPiece) {
        delay = byEachPiece;
    }

    /// As at the start. What has been held back by a silence is lost with its connections, as when a peer gives up.
    public void mend() {
        if (isMute) {
            cut();
        }
        isDeaf = false;
        isMute = false;
        delay = Duration.ZERO;
        isCut = false;
    }

    private void acceptConnections() {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                if (isCut) {
                    client.close();
                    continue;
                }
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                if (isCut) { // meanwhile: whoever cut has not seen these
                    closeQuietly(client);
                    closeQuietly(server);
                }
                Thread.ofVirtual().start(() -> pump(client, server, true));
                Thread.ofVirtual().start(() -> pump(server, client, false));
            } catch (IOException e) {
                if (socket.isClosed()) {
                    return;
                }
            }
        }
    }

    private void pump(Socket from, Socket to, boolean isQuestion) {
        var piece = new byte[16 * 1024];
        try (from;
                to) {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                if (isQuestion ? isDeaf : isMute) {
                    continue; // swallowed
                }
                if (delay.isPositive()) {
                    Thread.sleep(delay);
                }
                out.write(piece, 0, length);
            }
        } catch (IOException e) {
            // cut
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
