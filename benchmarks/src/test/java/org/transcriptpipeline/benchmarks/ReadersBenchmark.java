package org.transcriptpipeline.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Paced;
import org.transcriptpipeline.simulator.Requests;

/// What people who look on cost those who send: signed posts at a steady rate, in turns without and with readers whose
/// pages are open. A reader does what the page's script does: hears `changed`, asks for the rows, one at a time. Then
/// the store is held against every id that was acknowledged.
///
/// Arguments: readers, posts a second, seconds of a turn, turns of each kind, file for the report.
public final class ReadersBenchmark {

    private static final int READERS_OF_ONE_NAME = 20; // as many streams as one may have
    private static final int SENDERS = 64;
    private static final int CONVERSATIONS = 100;
    private static final Duration STORED_WITHIN = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Deployment deployment;
    private final int readers;
    private final int perSecond;
    private final Duration turn;
    private final int others; // messages that were there before
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean isLeaving;

    ReadersBenchmark(Deployment deployment, int readers, int perSecond, Duration turn) {
        this.deployment = deployment;
        this.readers = readers;
        this.perSecond = perSecond;
        this.turn = turn;
        this.others = stored();
    }

    public static void main(String[] arguments) throws Exception {
        try (var deployment = new Deployment(Duration.ofSeconds(5))) {
            var benchmark = new ReadersBenchmark(
                    deployment,
                    Integer.parseInt(arguments[0]),
                    Integer.parseInt(arguments[1]),
                    Duration.ofSeconds(Long.parseLong(arguments[2])));
            benchmark.warmUp();
            var report = benchmark.run(Integer.parseInt(arguments[3]));
            Files.writeString(Path.of(arguments[4]), report);
            System.out.println(report);
        }
    }

    /// Pages are compiled once in the life of a service, not with every reader.
    private void warmUp() throws InterruptedException {
        post("warm");
        watched("warmer", "warm");
        refreshes.set(0);
    }

    /// @return the report, in Markdown
    String run(int turns) throws Exception {
        var report = new StringBuilder("""
                All services, Kafka, Postgres, the senders and the readers share %d processors; heaps of 256 MiB. Half of the readers look at the list, half at a \
                conversation each that grows.

                | turn | readers | posts | ms median | ms p99 | ms worst | refreshes |
                | --- | --- | --- | --- | --- | --- | --- |
                """.formatted(Runtime.getRuntime().availableProcessors()));
        for (int i = 1; i <= turns; i++) {
            var alone = "alone-" + i;
            report.append(line(i, 0, post(alone)));
            report.append(line(i, readers, watched("watched-" + i, alone)));
        }
        Awaitility.await("every acknowledged message is stored")
                .atMost(STORED_WITHIN)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> stored() == others + acknowledged.get());
        if (failures.get() > 0) {
            throw new IllegalStateException("%d refreshes failed".formatted(failures.get()));
        }
        return report.append(
                        "%nEach of the %d acknowledged messages was stored, %d were refused, and no refresh failed.%n"
                                .formatted(acknowledged.get(), refused.get()))
                .toString();
    }

    private int stored() {
        return Objects.requireNonNull(
                deployment.database().queryForObject("SELECT count(*) FROM store.messages", Integer.class));
    }

    private String line(int turnNumber, int looking, double[] millis) {
        return String.format(
                Locale.ROOT,
                "| %d | %d | %d | %.1f | %.1f | %.1f | %d |%n",
                turnNumber,
                looking,
                millis.length,
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)],
                millis[millis.length - 1],
                refreshes.getAndSet(0));
    }

    /// @return how long each answer took in milliseconds, sorted
    private double[] post(String run) throws InterruptedException {
        int count = Math.toIntExact(turn.toSeconds() * perSecond);
        var requests = new Requests(run, Deployment.ACCOUNT, CONVERSATIONS, count / CONVERSATIONS, Instant.now());
        var took = new ConcurrentLinkedQueue<Duration>();
        try (var twilio = deployment.twilio()) {
            twilio.post(new Paced(requests.stream().limit(count).iterator(), perSecond), SENDERS, answer -> {
                took.add(answer.took());
                count(answer);
            });
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

    /// @param looked the run whose conversations are looked at
    private double[] watched(String run, String looked) throws InterruptedException {
        var open = open(looked);
        try {
            var took = post(run);
            if (open.stream().anyMatch(reader -> !reader.isAlive())) {
                throw new IllegalStateException("a reader has left");
            }
            return took;
        } finally {
            leave(open);
        }
    }

    private List<Thread> open(String run) throws InterruptedException {
        var requests = new Requests(run, Deployment.ACCOUNT, CONVERSATIONS, 1, Instant.now());
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < readers; i++) {
            var name = Deployment.reader(i / READERS_OF_ONE_NAME);
            var sid = i % 2 == 0 ? null : requests.conversationSid(i % CONVERSATIONS);
            var live = sid == null ? "/live" : "/live?conversation=" + sid;
            var rows = sid == null ? "/conversations" : "/conversations/" + sid + "/messages?from=1";
            threads.add(Thread.ofVirtual().start(() -> read(name, live, rows)));
        }
        Thread.sleep(Duration.ofSeconds(3)); // until their pages are as new as the store
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
                                http.send(request(name, rows, "text/html"), HttpResponse.BodyHandlers.discarding());
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
        var credentials =
                Base64.getEncoder().encodeToString((name + ":" + Deployment.PASSWORD).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(deployment.console().resolve(path))
                .header("Accept", accept)
                .header("Authorization", "Basic " + credentials)
                .build();
    }
}
