package org.transcriptpipeline.benchmarks;

import jakarta.mail.MessagingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Paced;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.Webhook;

/// How long it takes from a request to the row that everybody sees, at several rates, and from the end of a flow to
/// the mail in the mailbox. All services in a process each. A row is visible when its transaction is committed, and
/// Postgres keeps that time (`track_commit_timestamp`), so nothing is asked while it is measured. Every acknowledged
/// message is looked for afterwards; one that is missing ends the run.
///
/// Arguments: seconds of each rate, rates a second (`10,100`), flow ends, file for the report.
public final class EndToEndBenchmark {

    private static final Duration STORED_WITHIN = Duration.ofMinutes(3);
    static final Duration QUIET_WINDOW = Duration.ofSeconds(2);
    private static final Duration MAILED_WITHIN = Duration.ofMinutes(1);
    private static final int SENDERS = 128;
    private static final int ENDS_PER_SECOND = 5;

    private final Deployment deployment;
    private final JdbcTemplate database;
    private final Duration turn;

    EndToEndBenchmark(Deployment deployment, Duration turn) {
        this.deployment = deployment;
        this.database = deployment.database();
        this.turn = turn;
    }

    public static void main(String[] arguments) throws Exception {
        try (var deployment = new Deployment(QUIET_WINDOW)) {
            var benchmark = new EndToEndBenchmark(deployment, Duration.ofSeconds(Long.parseLong(arguments[0])));
            benchmark.warmUp();
            var report = benchmark.run(
                    Stream.of(arguments[1].split(",")).map(Integer::parseInt).toList(), Integer.parseInt(arguments[2]));
            Files.writeString(Path.of(arguments[3]), report);
            System.out.println(report);
        }
    }

    /// What reads, stores, renders and sends is compiled once in the life of a service.
    private void warmUp() throws Exception {
        try (var twilio = deployment.twilio()) {
            rate(twilio, 100, "warm");
            rate(twilio, 1000, "warmer");
            mails(twilio, "warm-ends", 20);
            deployment.emptyMailbox();
        }
    }

    /// @return the report, in Markdown
    String run(List<Integer> rates, int flowEnds) throws Exception {
        var report = new StringBuilder("""
                All services, Kafka, Postgres and the senders share %d processors; heaps of 256 MiB. Each rate for %d s, after the conversations were \
                there. From the first byte of the request to the commit of the row. Every acknowledged message was found.

                | messages a second | taken a second | refused | answered p50 ms | p99 | visible p50 ms | p99 | p99.9 |
                | --- | --- | --- | --- | --- | --- | --- | --- |
                """.formatted(Runtime.getRuntime().availableProcessors(), turn.toSeconds()));
        try (var twilio = deployment.twilio()) {
            var mails = mails(twilio, "ends", flowEnds); // before the archiver may have a backlog
            for (int rate : rates) {
                report.append(rate(twilio, rate, "rate"));
            }
            report.append(mails);
        }
        return report.toString();
    }

    private String rate(TwilioSimulator twilio, int rate, String run) throws InterruptedException {
        int messages = 10;
        int conversations = Math.toIntExact(Math.max(1, rate * turn.toSeconds() / messages));
        var requests = new Requests(
                run + "-" + rate,
                Deployment.ACCOUNT,
                conversations,
                messages,
                Instant.now().minusSeconds(60));
        var all = requests.stream().toList();
        var beginnings = all.subList(0, 2 * conversations);
        postUntilTaken(twilio, beginnings.iterator(), _ -> {});
        awaitStored("participants", "participant_sid", "MB", beginnings);
        Map<String, Instant> sent = new ConcurrentHashMap<>();
        var answered = new ConcurrentHashMap<String, Duration>();
        var refused = new AtomicInteger();
        long start = System.nanoTime();
        twilio.post(new Paced(all.subList(2 * conversations, all.size()).iterator(), rate), SENDERS, answer -> {
            var now = Instant.now();
            if (!answer.isAcknowledged()) {
                refused.incrementAndGet();
                return;
            }
            sent.put(answer.webhook().subject(), now.minus(answer.took()));
            answered.put(answer.webhook().subject(), answer.took());
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        var committed = awaitCommitted(sent);
        var visible = sorted(sent.entrySet().stream()
                .mapToDouble(one -> millis(one.getValue(), committed.getOrDefault(one.getKey(), Instant.MAX))));
        var took = sorted(answered.values().stream().mapToDouble(one -> one.toNanos() / 1e6));
        return "| %d | %.0f | %d | %.1f | %.1f | %.1f | %.1f | %.1f |%n"
                .formatted(
                        rate,
                        sent.size() / seconds,
                        refused.get(),
                        percentile(took, 50),
                        percentile(took, 99),
                        percentile(visible, 50),
                        percentile(visible, 99),
                        percentile(visible, 99.9));
    }

    /// Again and again what was refused: this is what is needed before, or waited for after.
    private static void postUntilTaken(TwilioSimulator twilio, Iterator<Webhook> webhooks, Consumer<Answer> taken)
            throws InterruptedException {
        long end = System.nanoTime() + STORED_WITHIN.toNanos();
        while (webhooks.hasNext()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("requests are still refused");
            }
            var refused = new ConcurrentLinkedQueue<Webhook>();
            twilio.post(webhooks, SENDERS, answer -> {
                if (answer.isAcknowledged()) {
                    taken.accept(answer);
                } else {
                    refused.add(answer.webhook());
                }
            });
            webhooks = refused.iterator();
        }
    }

    /// @param kind how the SIDs begin of those that are waited for
    private void awaitStored(String table, String key, String kind, List<Webhook> webhooks) {
        var sids = webhooks.stream()
                .map(Webhook::subject)
                .filter(subject -> subject.startsWith(kind))
                .toArray(String[]::new);
        var sql = "SELECT count(*) FROM store." + table + " WHERE " + key + " = ANY (?)";
        Awaitility.await("all " + table + " are stored")
                .atMost(STORED_WITHIN)
                .until(() -> Integer.valueOf(sids.length)
                        .equals(database.queryForObject(sql, Integer.class, (Object) sids)));
    }

    /// When each of them could be seen.
    private Map<String, Instant> awaitCommitted(Map<String, Instant> sent) {
        return Awaitility.await("all acknowledged messages are stored")
                .atMost(STORED_WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> committed(sent), committed -> committed.size() == sent.size());
    }

    private Map<String, Instant> committed(Map<String, Instant> sent) {
        Map<String, Instant> committed = new HashMap<>();
        database.query(
                """
                SELECT m.message_sid, pg_xact_commit_timestamp(m.xmin) AS committed_at
                FROM store.messages m
                WHERE m.message_sid = ANY (?)
                """,
                row -> {
                    committed.put(
                            row.getString("message_sid"),
                            row.getTimestamp("committed_at").toInstant());
                },
                (Object) sent.keySet().toArray(String[]::new));
        return committed;
    }

    /// Flows end, a few in a second, each in a conversation of its own.
    private String mails(TwilioSimulator twilio, String run, int flowEnds) throws Exception {
        var requests =
                new Requests(run, Deployment.ACCOUNT, flowEnds, 4, Instant.now().minusSeconds(60));
        var all = requests.stream().toList();
        postUntilTaken(twilio, all.iterator(), _ -> {});
        awaitStored("messages", "message_sid", "IM", all);
        Map<String, Instant> ended = new ConcurrentHashMap<>();
        var arrived = new AtomicInteger();
        Map<String, Instant> mailed = new ConcurrentHashMap<>();
        var watch = Thread.ofPlatform().daemon().start(() -> watch(arrived, mailed));
        try {
            var ends =
                    IntStream.range(0, flowEnds).mapToObj(requests::flowEnded).toList();
            postUntilTaken(
                    twilio,
                    new Paced(ends.iterator(), ENDS_PER_SECOND),
                    answer ->
                            ended.put(answer.webhook().subject(), Instant.now().minus(answer.took())));
            Awaitility.await("a mail for each flow's end").atMost(MAILED_WITHIN).until(() -> arrived.get() >= flowEnds);
        } finally {
            watch.interrupt();
            watch.join();
        }
        Map<String, String> conversations = new HashMap<>();
        database.query("SELECT h.handoff_id, h.conversation_sid FROM store.handoffs h", row -> {
            conversations.put(row.getString("handoff_id"), row.getString("conversation_sid"));
        });
        var took = sorted(mailed.entrySet().stream().mapToDouble(one -> {
            var endedAt = ended.get(conversations.get(one.getKey()));
            if (endedAt == null) {
                throw new IllegalStateException("a mail of a flow that did not end");
            }
            return millis(endedAt.plus(QUIET_WINDOW), one.getValue());
        }));
        if (took.length != flowEnds || deployment.mails().length != flowEnds) {
            throw new IllegalStateException("%d flows ended, and there are %d mails of %d handoffs"
                    .formatted(flowEnds, deployment.mails().length, took.length));
        }
        return """

                %d flows ended, %d in a second; one mail each. From the request that says so to the mail in the mailbox, without the quiet window of %d s: \
                p50 %.0f ms, p99 %.0f ms, the slowest %.0f ms.
                """.formatted(
                        flowEnds,
                        ENDS_PER_SECOND,
                        QUIET_WINDOW.toSeconds(),
                        percentile(took, 50),
                        percentile(took, 99),
                        took[took.length - 1]);
    }

    /// The first part of a mail's id is the handoff's.
    private void watch(AtomicInteger arrived, Map<String, Instant> mailed) {
        while (!Thread.currentThread().isInterrupted()) {
            var messages = deployment.mails();
            var now = Instant.now();
            for (int i = arrived.get(); i < messages.length; i++) {
                try {
                    var id = messages[i].getHeader("Message-ID")[0];
                    mailed.putIfAbsent(id.substring(1, id.indexOf('.')), now);
                } catch (MessagingException e) {
                    throw new IllegalStateException(e);
                }
            }
            arrived.set(messages.length);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    private static double[] sorted(DoubleStream values) {
        return values.sorted().toArray();
    }

    private static double percentile(double[] sorted, double percent) {
        return sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
    }
}
