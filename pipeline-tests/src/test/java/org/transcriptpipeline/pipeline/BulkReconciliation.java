package org.transcriptpipeline.pipeline;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// An account's history is compared with Twilio after an outage in which every webhook was lost, and the process is
/// killed in the middle of it. Not a test: run by hand, see docs/operations.md. Prints how many requests it took,
/// how long, and how much heap; fails when a message is missing in the end.
final class BulkReconciliation {

    private static final Pattern HEAP = Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\"[^}]*} ([0-9.E+]+)");
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private BulkReconciliation() {}

    public static void main(String[] arguments) throws Exception {
        int conversations = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        int messagesEach = 20;
        var directory = Files.createTempDirectory("bulk-reconciliation");
        try (var standalone = StandaloneProcess.withAccount(directory, "bulk")) {
            var world = new TwilioWorld(standalone.accountSid(), 1, Clock.systemUTC());
            world.fill(conversations, messagesEach);
            try (var rest = standalone.restStandIn(world)) {
                standalone.start();
                standalone
                        .database()
                        .sql(
                                "INSERT INTO store.reconciliation_sweeps (sweep_id, account_sid, reason) VALUES ('bulk', ?, 'command')")
                        .param(standalone.accountSid())
                        .update();
                var startedAt = Instant.now();
                follow(standalone, conversations * 4 / 10, startedAt);
                System.out.println("killed");
                standalone.killJvm();
                standalone.start();
                follow(standalone, conversations, startedAt);
                var took = Duration.between(startedAt, Instant.now());
                report(rest, took, conversations);
                check(standalone, (long) conversations * messagesEach);
            }
        }
    }

    private static void follow(StandaloneProcess standalone, int wanted, Instant startedAt) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            for (long complete = 0; complete < wanted; ) {
                if (Duration.between(startedAt, Instant.now()).compareTo(LIMIT) > 0) {
                    throw new IllegalStateException("not done after " + LIMIT);
                }
                Thread.sleep(3000);
                complete =
                        count(standalone, "SELECT count(*) FROM transcripts.conversations WHERE verdict = 'complete'");
                System.out.printf(
                        Locale.ROOT,
                        "%3d s: %d complete, heap %d MiB%n",
                        Duration.between(startedAt, Instant.now()).toSeconds(),
                        complete,
                        heap(http, standalone) >> 20);
            }
        }
    }

    /// Right after it was killed there is no answer.
    private static long heap(HttpClient http, StandaloneProcess standalone) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(standalone.archiverMetrics()))
                .timeout(Duration.ofSeconds(5))
                .build();
        var metrics = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return (long) HEAP.matcher(metrics)
                .results()
                .mapToDouble(result -> Double.parseDouble(result.group(1)))
                .sum();
    }

    private static void report(RestStandIn rest, Duration took, int conversations) {
        rest.counts().forEach((kind, number) -> System.out.println(number + "  " + kind));
        long requests =
                rest.counts().values().stream().mapToLong(Long::longValue).sum();
        System.out.printf(
                Locale.ROOT,
                "%d conversations in %d s, %d requests; at 30 a second that is %d minutes%n",
                conversations,
                took.toSeconds(),
                requests,
                requests / 30 / 60);
        if (!rest.changingCalls().isEmpty()) {
            throw new IllegalStateException("something was changed at Twilio");
        }
    }

    private static void check(StandaloneProcess standalone, long messages) {
        long stored = count(standalone, "SELECT count(*) FROM transcripts.messages WHERE NOT is_stub");
        if (stored != messages) {
            throw new IllegalStateException(stored + " messages instead of " + messages);
        }
        System.out.println(stored + " messages, all there");
    }

    private static long count(StandaloneProcess standalone, String sql) {
        return standalone.database().sql(sql).query(Long.class).single();
    }
}
