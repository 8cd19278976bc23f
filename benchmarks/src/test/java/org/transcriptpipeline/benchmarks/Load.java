package org.transcriptpipeline.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/// A closed loop: each connection sends its next request when the one before is answered. One thread and no allocation
/// for a request, so that the load costs little beside what it measures.
final class Load implements AutoCloseable {

    private static final Duration LAST_ANSWERS = Duration.ofSeconds(30);

    private final ByteBuffer[] requests;
    private final Selector selector;
    private final int[] acknowledged;
    private long[] latencies = new long[1 << 16];
    private int answered;
    private int refused;
    private int next;
    private int waiting;

    /// @param acknowledged by request, how often it was answered 2xx
    /// @param refused answers of any other kind
    /// @param unanswered requests that were cut off: whether they are stored is not known
    /// @param sortedNanos how long the answers took, in ascending order
    record Outcome(int[] acknowledged, int refused, int unanswered, Duration time, long[] sortedNanos) {

        int answers() {
            return sortedNanos.length;
        }

        double perSecond() {
            return answers() / (time.toNanos() / 1e9);
        }

        /// In milliseconds.
        double percentile(double percent) {
            int index = (int) Math.ceil(percent / 100 * sortedNanos.length) - 1;
            return sortedNanos[Math.max(0, index)] / 1e6;
        }
    }

    private static final class Connection {
        final ByteBuffer answer = ByteBuffer.allocate(8192);
        ByteBuffer request;
        int number;
        long sentAt;

        Connection(ByteBuffer request) {
            this.request = request;
        }
    }

    private Load(ByteBuffer[] requests) throws IOException {
        this.requests = requests;
        this.acknowledged = new int[requests.length];
        this.selector = Selector.open();
    }

    /// @throws IOException where the server cannot be reached or closes a connection
    static Outcome run(int port, ByteBuffer[] requests, int connections, Duration time) throws IOException {
        try (var load = new Load(requests)) {
            return load.run(port, connections, time);
        }
    }

    private Outcome run(int port, int connections, Duration time) throws IOException {
        for (int i = 0; i < connections; i++) {
            var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            var key = channel.register(selector, SelectionKey.OP_READ);
            var connection = new Connection(requests[0]);
            key.attach(connection);
        }
        long began = System.nanoTime();
        long end = began + time.toNanos();
        for (var key : selector.keys()) {
            send(key);
        }
        while (System.nanoTime() < end) {
            select(100, true);
        }
        var measured = Duration.ofNanos(System.nanoTime() - began);
        int measuredAnswers = answered;
        long last = System.nanoTime() + LAST_ANSWERS.toNanos();
        while (waiting > 0 && System.nanoTime() < last) {
            select(100, false);
        }
        var nanos = Arrays.copyOf(latencies, measuredAnswers);
        Arrays.sort(nanos);
        return new Outcome(acknowledged, refused, waiting, measured, nanos);
    }

    private void select(long millis, boolean goesOn) throws IOException {
        selector.select(
                key -> {
                    try {
                        if (key.isWritable()) {
                            write(key);
                        }
                        if (key.isReadable() && isAnswered(key) && goesOn) {
                            send(key);
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                millis);
    }

    private void send(SelectionKey key) throws IOException {
        var connection = (Connection) key.attachment();
        connection.number = next;
        next = next + 1 == requests.length ? 0 : next + 1;
        connection.request = requests[connection.number].duplicate();
        connection.answer.clear();
        connection.sentAt = System.nanoTime();
        waiting++;
        write(key);
    }

    private static void write(SelectionKey key) throws IOException {
        var request = ((Connection) key.attachment()).request;
        ((SocketChannel) key.channel()).write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private boolean isAnswered(SelectionKey key) throws IOException {
        var connection = (Connection) key.attachment();
        var answer = connection.answer;
        if (((SocketChannel) key.channel()).read(answer) < 0) {
            throw new IOException("the server closed a connection after "
                    + new String(answer.array(), 0, answer.position(), ISO_8859_1));
        }
        if (!isWhole(answer.array(), answer.position())) {
            return false;
        }
        waiting--;
        if (answered == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * latencies.length);
        }
        latencies[answered++] = System.nanoTime() - connection.sentAt;
        if (answer.array()[9] == '2') {
            acknowledged[connection.number]++;
        } else {
            refused++;
        }
        return true;
    }

    /// Of answers that say how long they are, or have no body.
    private static boolean isWhole(byte[] bytes, int length) {
        int head = endOfHead(bytes, length);
        if (head < 0) {
            return false;
        }
        if (bytes[9] == '2' && bytes[10] == '0' && bytes[11] == '4') {
            return true;
        }
        var headers = new String(bytes, 0, head, ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
        int at = headers.indexOf("content-length:");
        if (at < 0) {
            throw new IllegalStateException("an answer without a length");
        }
        int end = headers.indexOf('\r', at);
        return length >= head + Integer.parseInt(headers.substring(at + 15, end).strip());
    }

    private static int endOfHead(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
