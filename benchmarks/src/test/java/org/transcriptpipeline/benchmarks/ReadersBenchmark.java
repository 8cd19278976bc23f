package org.transcriptpipeline.pipeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Paced;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.TwilioSimulator;

/// What people who look on cost those who send: signed posts at a steady rate, in turns without and with readers whose
/// pages are open. A reader does what the page's script does: hears `changed`, asks for the rows, one at a time. Then
/// the store is held against every id that was acknowledged.
///
/// Run by hand, see docs/console.md: readers, posts a second, seconds of a turn, turns of each kind.
final class LiveReadersRun {

    private static final String PASSWORD = "password of the readers";
    private static final int READERS_OF_ONE_NAME = 20; // as many streams as one may have
    private static final int SENDERS = 64;
    private static final Duration STORED_WITHIN = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final StandaloneProcess standalone;
    private final int perSecond;
    private final Duration turn;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean isLeaving;

    private LiveReadersRun(StandaloneProcess standalone, int perSecond, Duration turn) {
        this.standalone = standalone;
        this.perSecond = perSecond;
        this.turn = turn;
    }

    public static void main(String[] arguments) throws Exception {
        int readers = Integer.parseInt(arguments[0]);
        int perSecond = Integer.parseInt(arguments[1]);
        var turn = Duration.ofSeconds(Integer.parseInt(arguments[2]));
        int turns = Integer.parseInt(arguments[3]);
        var directory = Files.createTempDirectory("live-readers");
        boolean isWell;
        try (var standalone = StandaloneProcess.withAccount(directory, "live-readers")) {
            for (int i = 0; i * READERS_OF_ONE_NAME < readers; i++) {
                standalone.with("TRANSCRIPTS_CONSOLE_USERS_READER" + i + "_PASSWORD", PASSWORD);
                standalone.with("TRANSCRIPTS_CONSOLE_USERS_READER" + i + "_TEAM", "*");
            }
            standalone.compileWhole();
            standalone.start();
            isWell = new LiveReadersRun(standalone, perSecond, turn).run(readers, turns);
        } finally {
            delete(directory);
        }
        System.out.println(isWell ? "as it should be" : "NOT as it should be");
        System.exit(isWell ? 0 : 1);
    }

    private boolean run(int readers, int turns) throws Exception {
        try (var twilio = standalone.twilio()) {
            warmUp(twilio, readers);
            System.out.println("| turn | readers | posts | ms median | ms p99 | ms worst | refreshes |");
            System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
            for (int i = 1; i <= turns; i++) {
                tell(i, 0, post(twilio, "alone-" + i, List.of()));
                var open = open(readers, "alone-" + i);
                try {
                    tell(i, readers, post(twilio, "watched-" + i, open));
                } finally {
                    leave(open);
                }
            }
        }
        int stored = stored();
        System.out.printf(
                "%d acknowledged, %d stored, %d refused, %d refreshes failed%n",
                acknowledged.get(), stored, refused.get(), failures.get());
        return stored == acknowledged.get() && refused.get() == 0 && failures.get() == 0;
    }

    /// Until the pages are compiled: that happens once in the life of a service, not with every reader.
    private void warmUp(TwilioSimulator twilio, int readers) throws InterruptedException {
        post(twilio, "warm", List.of());
        var open = open(readers, "warm");
        try {
            post(twilio, "warmer", open);
        } finally {
            leave(open);
        }
        refreshes.set(0);
    }

    private void tell(int turnNumber, int readers, double[] millis) {
        System.out.printf(
                "| %d | %d | %d | %.1f | %.1f | %.1f | %d |%n",
                turnNumber,
                readers,
                millis.length,
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)],
                millis[millis.length - 1],
                refreshes.getAndSet(0));
    }

    /// @return how long each answer took in milliseconds, sorted
    private double[] post(TwilioSimulator twilio, String run, List<Thread> open) throws InterruptedException {
        int count = Math.toIntExact(turn.toSeconds() * perSecond);
        var requests = new Requests(run, standalone.accountSid(), 100, count / 100, Instant.now());
        var took = new ConcurrentLinkedQueue<Duration>();
        twilio.post(new Paced(requests.stream().limit(count).iterator(), perSecond), SENDERS, answer -> {
            took.add(answer.took());
            count(answer);
        });
        if (open.stream().anyMatch(reader -> !reader.isAlive())) {
            throw new IllegalStateException("a reader has left");
        }
        return took.stream().mapToDouble(one -> one.toNanos() / 1e6).sorted().toArray();
    }

    private void count(Answer answer) {
        if (!answer.isAcknowledged()) {
            refused.incrementAndGet();
        } else if (answer.webhook().subject().startsWith("IM")) {
            acknowledged.incrementAndGet();
        }
    }

    /// Half of them look at the list, half at a conversation each.
    private List<Thread> open(int readers, String run) throws InterruptedException {
        var requests = new Requests(run, standalone.accountSid(), 100, 1, Instant.now());
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < readers; i++) {
            var name = "reader" + i / READERS_OF_ONE_NAME;
            var sid = i % 2 == 0 ? null : requests.conversationSid(i);
            var live = sid == null ? "/live" : "/live?conversation=" + sid;
            var rows = sid == null ? "/conversations" : "/conversations/" + sid + "/messages?from=1";
            threads.add(Thread.ofVirtual().start(() -> read(name, live, rows)));
        }
        Thread.sleep(Duration.ofSeconds(3));
        return threads;
    }

    private void leave(List<Thread> open) throws InterruptedException {
        isLeaving = true;
        open.forEach(Thread::interrupt);
        for (var reader : open) {
            reader.join(Duration.ofSeconds(10));
        }
        isLeaving = false;
    }

    private void read(String name, String live, String rows) {
        try {
            var stream = http.send(request(name, live, "text/event-stream"), HttpResponse.BodyHandlers.ofInputStream());
            if (stream.statusCode() != 200) {
                throw new IllegalStateException("a stream was refused: " + stream.statusCode());
            }
            try (var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.equals("event: changed")) {
                        var answer =
                                http.send(request(name, rows, "text/html"), HttpResponse.BodyHandlers.ofByteArray());
                        refreshes.incrementAndGet();
                        if (answer.statusCode() != 200) {
                            failures.incrementAndGet();
                        }
                    }
                }
            }
        } catch (IOException _) {
            if (!isLeaving) {
                failures.incrementAndGet();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the turn is over
        }
    }

    private HttpRequest request(String name, String path, String accept) {
        var credentials = Base64.getEncoder().encodeToString((name + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(standalone.archiverUrl() + path))
                .header("Accept", accept)
                .header("Authorization", "Basic " + credentials)
                .build();
    }

    private int stored() throws InterruptedException {
        long end = System.nanoTime() + STORED_WITHIN.toNanos();
        int stored = 0;
        while (System.nanoTime() < end && stored < acknowledged.get()) {
            Thread.sleep(Duration.ofSeconds(1));
            stored = standalone
                    .database()
                    .sql("SELECT count(*) FROM store.messages")
                    .query(Integer.class)
                    .single();
        }
        return stored;
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            var all = files.sorted(java.util.Comparator.reverseOrder()).toArray(Path[]::new);
            for (var file : Arrays.asList(all)) {
                Files.deleteIfExists(file);
            }
        }
    }
}
