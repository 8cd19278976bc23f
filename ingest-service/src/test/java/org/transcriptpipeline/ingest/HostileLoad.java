package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.signature.QuarantinedRequest;

/// Strangers at the door: hostile requests and connections that drip, beside Twilio's. Says how Twilio's fared, what
/// the quarantine took, and whether the memory stayed. Everything is on this machine and ends by itself.
///
/// Arguments: seconds (60), hostile requests a second (900), dripping connections (200), good requests a second (100).
public final class HostileLoad {

    private static final InetAddress US = InetAddress.getLoopbackAddress();
    private static final int WAITING_AT_MOST = 2000;
    private static final int QUARANTINE_PER_PEER = 20; // the setting's default; ten seconds of it at once

    /// Of the same load, not counted: this program, on the same cores, is as cold as the service in its first seconds.
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private static final long HEAP_SLACK = 16L << 20;
    private static final int THREAD_SLACK = 60; // this program's own for good requests included

    private final RunningIngest ingest;
    private final Duration time;
    private final ConcurrentHashMap<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> goodNanos = new ConcurrentLinkedQueue<>();
    private final LongAdder notInTime = new LongAdder();

    private HostileLoad(RunningIngest ingest, Duration time) {
        this.ingest = ingest;
        this.time = time;
    }

    /// @param answers hostile ones by kind and status, good ones by status; `-1`: closed without an answer
    /// @param good latencies in milliseconds, measured from when the request was due, sorted
    /// @param kept records that the quarantine took of the flood's peer
    /// @param keptMost what its budget allows in that time
    /// @param keptOfAnother records that it took of another peer, of as many as that sent
    /// @param heapBytes in use after a collection: before, at half time, at the end
    /// @param threads of the process' platform, before and at the most
    record Outcome(
            Map<String, Long> answers,
            double[] good,
            long kept,
            long keptMost,
            long keptOfAnother,
            long sentByAnother,
            long[] heapBytes,
            int[] threads,
            long notInTime) {

        double goodMillisAt(double quantile) {
            return good.length == 0 ? Double.NaN : good[(int) Math.min(good.length - 1, quantile * good.length)];
        }

        /// Whether all of Twilio's were taken, memory and threads stayed, and the quarantine kept to its budget and
        /// still took what another peer sent.
        boolean isHeld() {
            return answered("good 204") == good.length
                    && good.length > 0
                    && kept <= keptMost
                    && sentByAnother > 0
                    && keptOfAnother == sentByAnother
                    && heapBytes[2] < heapBytes[1] + HEAP_SLACK
                    && threads[1] < threads[0] + THREAD_SLACK;
        }

        long answered(String what) {
            return answers.getOrDefault(what, 0L);
        }

        @Override
        public String toString() {
            var text = new StringBuilder();
            text.append("good: ")
                    .append(good.length)
                    .append(" requests, ms p50 %.1f p99 %.1f max %.1f%n"
                            .formatted(goodMillisAt(0.5), goodMillisAt(0.99), goodMillisAt(1)));
            answers.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(e -> text.append("  ")
                            .append(e.getKey())
                            .append(": ")
                            .append(e.getValue())
                            .append('\n'));
            text.append("hostile requests not sent in time: ").append(notInTime).append('\n');
            text.append("quarantine: ")
                    .append(kept)
                    .append(" of the flood, allowed ")
                    .append(keptMost)
                    .append("; of another peer ")
                    .append(keptOfAnother)
                    .append(" of ")
                    .append(sentByAnother)
                    .append('\n');
            text.append("heap after a collection, MB: ")
                    .append(Arrays.toString(
                            Arrays.stream(heapBytes).map(b -> b >> 20).toArray()))
                    .append('\n');
            text.append("platform threads, before and most: ")
                    .append(Arrays.toString(threads))
                    .append('\n');
            return text.toString();
        }
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = argument(arguments, 0, 60);
        try (var ingest = RunningIngest.startWith(Map.of())) {
            var outcome = run(
                    ingest,
                    Duration.ofSeconds(seconds),
                    argument(arguments, 1, 900),
                    argument(arguments, 2, 200),
                    argument(arguments, 3, 100));
            System.out.println(outcome);
            boolean isWell = outcome.goodMillisAt(0.99) < 250 && outcome.isHeld();
            System.out.println(isWell ? "as it should be" : "NOT as it should be");
            if (!isWell) {
                System.exit(1);
            }
        }
        System.exit(0); // virtual threads that still wait for a peer
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    static Outcome run(RunningIngest ingest, Duration time, int hostilePerSecond, int dripping, int goodPerSecond)
            throws InterruptedException {
        return new HostileLoad(ingest, time).run(hostilePerSecond, dripping, goodPerSecond);
    }

    private Outcome run(int hostilePerSecond, int dripping, int goodPerSecond) throws InterruptedException {
        load(WARM_UP, hostilePerSecond, dripping, goodPerSecond);
        answers.clear();
        goodNanos.clear();
        notInTime.reset();
        var heap = new long[3];
        var threads = new int[] {platformThreads(), 0};
        heap[0] = heapAfterCollection();
        var mark = ingest.mark();
        // In two halves: a full collection in between tells what is alive, and would count as a slow answer.
        for (int half = 1; half <= 2; half++) {
            threads[1] = Math.max(threads[1], load(time.dividedBy(2), hostilePerSecond, dripping, goodPerSecond));
            heap[half] = heapAfterCollection();
        }
        var records = since(mark);
        long seconds = time.toSeconds() + 2;
        return new Outcome(
                sums(),
                goodNanos.stream().mapToDouble(nanos -> nanos / 1e6).sorted().toArray(),
                kept(records, "flood"),
                QUARANTINE_PER_PEER * (10 + seconds),
                kept(records, "another"),
                sums().getOrDefault("another 403", 0L),
                heap,
                threads,
                notInTime.sum());
    }

    /// With what another peer sent, which is written a moment after its answer.
    private List<ConsumerRecord<String, byte[]>> since(RunningIngest.Mark mark) {
        long sent = sums().getOrDefault("another 403", 0L);
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(500))
                .until(mark::since, records -> kept(records, "another") >= sent);
    }

    /// @return platform threads at the most
    private int load(Duration duration, int hostilePerSecond, int dripping, int goodPerSecond)
            throws InterruptedException {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        int threads = 0;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < dripping; i++) {
                int number = i;
                executor.execute(() -> drip(end, number));
            }
            executor.execute(() -> pace(hostilePerSecond, start, end, this::hostile));
            executor.execute(() -> pace(goodPerSecond, start, end, i -> () -> sendGood(i, start, goodPerSecond)));
            while (System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(200);
                threads = Math.max(threads, platformThreads());
            }
        } // waits for what is on its way
        return threads;
    }

    /// Starts a request whenever one is due, whether or not others are answered. What does not fit is counted, not made
    /// up for.
    private void pace(int perSecond, long start, long end, IntFunction<Runnable> request) {
        var room = new Semaphore(WAITING_AT_MOST);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; ; i++) {
                long due = start + 1_000_000_000L * i / perSecond;
                if (due >= end) {
                    return;
                }
                long ahead = due - System.nanoTime();
                if (ahead > 0) {
                    TimeUnit.NANOSECONDS.sleep(ahead);
                }
                if (!room.tryAcquire()) {
                    notInTime.increment();
                    continue;
                }
                var task = request.apply(i);
                executor.execute(() -> {
                    try {
                        task.run();
                    } finally {
                        room.release();
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendGood(int i, long start, int perSecond) {
        int status = send(US, good(i));
        goodNanos.add(System.nanoTime() - (start + 1_000_000_000L * i / perSecond));
        count("good " + status);
    }

    private static String good(int i) {
        return text(message("good", i), message("good", i).signature(), "");
    }

    private static SignedWebhook message(String body, int i) {
        return SignedWebhook.event("onMessageAdded")
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", "IM%032x".formatted(i))
                .with("Body", body);
    }

    /// A third without signature, a third with a wrong one that names our account, a third malformed or too large.
    /// Once a second one with a wrong signature comes from another peer.
    private Runnable hostile(int i) {
        if (i % 450 == 1) {
            return () -> count("another " + send(peer("127.0.0.2"), text(message("another", i), "AAAA", "")));
        }
        return switch (i % 3) {
            case 0 -> () -> count("unsigned " + send(US, text(message("flood", i), null, "")));
            case 1 -> () -> count("forged " + send(US, text(message("flood", i), "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "")));
            default -> malformed(i / 3);
        };
    }

    private Runnable malformed(int i) {
        var webhook = message("flood", i);
        return switch (i % 6) {
            case 0 ->
                () -> count("announced too large "
                        + send(US, head(webhook, "AAAA", "") + "Content-Length: 900000000\r\n\r\n" + webhook.body()));
            case 1 -> () -> count("too large " + sendTooLarge(webhook));
            case 2 ->
                () -> count("too many parameters " + send(US, text(webhook.sending("a=b&".repeat(2000)), "AAAA", "")));
            case 3 -> () -> count("compressed " + send(US, text(webhook, "AAAA", "Content-Encoding: gzip\r\n")));
            case 4 -> () -> count("no HTTP " + send(US, "\u0016\u0003\u0001 GET / \u0000\r\n\r\n"));
            default -> () -> count("large headers " + send(US, text(webhook, "A".repeat(20_000), "")));
        };
    }

    private static String text(SignedWebhook webhook, String signature, String more) {
        return head(webhook, signature, more) + "Content-Length: "
                + webhook.body().getBytes(UTF_8).length + "\r\n\r\n" + webhook.body();
    }

    private static String head(SignedWebhook webhook, String signature, String more) {
        return "POST " + webhook.target() + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + (signature == null ? "" : "X-Twilio-Signature: " + signature + "\r\n") + more;
    }

    /// 600 KB, in pieces as they are taken.
    private int sendTooLarge(SignedWebhook webhook) {
        return send(US, text(webhook.sending("EventType=onMessageAdded&Body=" + "x".repeat(600_000)), "AAAA", ""));
    }

    /// @return the status; -1 where the other end closed without one
    private int send(InetAddress from, String request) {
        try (var socket = connected(from)) {
            try {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // it closed in the middle; the answer may be here
            }
            var line = new StringBuilder();
            int b;
            while (line.length() < 64 && (b = socket.getInputStream().read()) >= 0 && b != '\n') {
                line.append((char) b);
            }
            return line.length() > 12 && line.indexOf("HTTP/1.1 ") == 0 ? Integer.parseInt(line.substring(9, 12)) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private Socket connected(InetAddress from) throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(15_000);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(US, ingest.port()), 10_000);
        return socket;
    }

    /// One byte a second, of the headers or of the body, and again when it is cut off.
    private void drip(long end, int number) {
        var whole = number % 2 == 0
                ? text(message("drip", number), "AAAA", "")
                : head(message("drip", number), "AAAA", "") + "Content-Length: 1000\r\n\r\n";
        while (System.nanoTime() < end) {
            try (var socket = connected(US)) {
                if (number % 2 == 1) {
                    socket.getOutputStream().write(whole.getBytes(ISO_8859_1));
                }
                for (int i = 0; System.nanoTime() < end; i++) {
                    TimeUnit.SECONDS.sleep(1);
                    socket.getOutputStream().write(number % 2 == 0 ? whole.charAt(i % whole.length()) : 'x');
                    socket.getOutputStream().flush();
                }
            } catch (IOException e) {
                count("drip cut off");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static long kept(List<ConsumerRecord<String, byte[]>> records, String body) {
        return records.stream()
                .filter(one -> one.topic().equals(Topics.QUARANTINE))
                .filter(one -> QuarantinedRequest.read(one.value())
                                instanceof EventCodec.Readable<QuarantinedRequest>(var request)
                        && new String(request.body(), ISO_8859_1).contains("Body=" + body))
                .count();
    }

    private void count(String what) {
        answers.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    private Map<String, Long> sums() {
        var sums = new java.util.HashMap<String, Long>();
        answers.forEach((what, adder) -> sums.put(what, adder.sum()));
        return sums;
    }

    private static InetAddress peer(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int platformThreads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long heapAfterCollection() {
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            System.gc();
            seen.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return seen.getLast();
    }
}
