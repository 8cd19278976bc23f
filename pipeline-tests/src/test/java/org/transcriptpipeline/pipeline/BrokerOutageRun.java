package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.ingest.IngestApplication;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.Webhook;

/// Kafka is killed under signed posts, and comes back after a while; ingest may be killed in between. Then the store
/// is held against every id that was acknowledged. Broker, ingest and archiver are processes of their own.
///
/// [#main] is the long run, see docs/operations.md.
final class BrokerOutageRun implements AutoCloseable {

    private static final String PUBLIC_BASE_URL = "https://hooks.example.com";
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(5);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    private static final Duration RAMP = Duration.ofSeconds(10);

    /// What was cut off comes beside the new posts, not all at once: five thousand connections in a moment would be
    /// another fault than the one looked at.
    private static final int SENT_AGAIN_AT_ONCE = 50;

    private final Plan plan;
    private final String accountSid = Sids.account("broker-outage");
    private final String authToken = Sids.of("", "token", System.nanoTime());
    private final String password = Sids.of("", "password", System.nanoTime());
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final int kafkaPort = FreePort.find();
    private final int ingestPort = FreePort.find();
    private final int ingestManagementPort = FreePort.find();
    private final int archiverManagementPort = FreePort.find();
    private final EmbeddedPostgresServer postgres;
    private final JavaProcess broker;
    private final JavaProcess ingest;
    private final JavaProcess archiver;

    /// @param name of the run, and of its logs
    /// @param perSecond signed posts
    /// @param before how long they come at that rate before the broker is killed; it is reached step by step, since
    ///     broker, archiver and this process are cold as well
    /// @param outage how long the broker is away
    /// @param kills how often ingest is killed meanwhile
    record Plan(String name, int perSecond, Duration before, Duration outage, int kills) {}

    /// @param posted requests, each counted once
    /// @param acknowledged of these, answered 2xx, at once or after they were sent again
    /// @param refused answers that are no 2xx
    /// @param cutOff requests that were on their way, or found nobody, when ingest was killed; they were sent again
    /// @param slowest answer to a request that reached a running ingest
    /// @param spilledAtMost records in the spill
    /// @param emptyAfter from the broker's being back to the spill's being empty, under the same load
    /// @param missing acknowledged messages that are not in the store
    /// @param doubled messages that are there twice
    record Result(
            int posted,
            int acknowledged,
            int refused,
            int cutOff,
            Duration slowest,
            Duration slowestWhileDraining,
            long spilledAtMost,
            Duration emptyAfter,
            int missing,
            int doubled) {}

    private BrokerOutageRun(Plan plan, Path directory) throws SQLException, IOException {
        this.plan = plan;
        this.postgres = EmbeddedPostgresServer.start(directory.resolve("postgres"), FreePort.find());
        DatabaseRoles.create(
                postgres.superuser(),
                Map.of(
                        DatabaseRoles.MIGRATOR, password,
                        DatabaseRoles.ARCHIVER, password,
                        DatabaseRoles.NOTIFIER, password,
                        DatabaseRoles.ANALYST, password));
        this.broker = new JavaProcess(
                plan.name() + "-broker",
                BrokerProcess.class,
                List.of(directory.resolve("kafka").toString(), Integer.toString(kafkaPort)));
        this.ingest = new JavaProcess(
                plan.name() + "-ingest",
                IngestApplication.class,
                List.of(
                        "--standalone.foreign-technologies=jdbc,transaction,flyway,mail,thymeleaf,security",
                        "--logging.config=classpath:logback-standalone.xml",
                        "--server.port=" + ingestPort,
                        "--management.server.port=" + ingestManagementPort,
                        "--spring.kafka.bootstrap-servers=127.0.0.1:" + kafkaPort,
                        "--transcripts.public-base-urls=" + PUBLIC_BASE_URL,
                        "--transcripts.accounts.default.sid=" + accountSid,
                        "--transcripts.accounts.default.auth-tokens=" + authToken,
                        "--transcripts.spill.directory=" + directory.resolve("spill")));
        this.archiver = new JavaProcess(
                plan.name() + "-archiver",
                ArchiverApplication.class,
                List.of(
                        "--standalone.foreign-technologies=mail,thymeleaf",
                        "--logging.config=classpath:logback-standalone.xml",
                        "--server.port=0",
                        "--management.server.port=" + archiverManagementPort,
                        "--spring.kafka.bootstrap-servers=127.0.0.1:" + kafkaPort,
                        "--spring.datasource.url=" + postgres.jdbcUrl(),
                        "--spring.datasource.username=" + DatabaseRoles.ARCHIVER,
                        "--spring.datasource.password=" + password,
                        "--spring.flyway.user=" + DatabaseRoles.MIGRATOR,
                        "--spring.flyway.password=" + password,
                        "--CONSOLE_USERNAME=outage",
                        "--CONSOLE_PASSWORD=" + password));
    }

    /// @param arguments posts a second, seconds of the outage, kills of ingest
    public static void main(String[] arguments) throws Exception {
        var numbers = new int[] {500, 60, 0};
        for (int i = 0; i < arguments.length; i++) {
            numbers[i] = Integer.parseInt(arguments[i]);
        }
        var plan = new Plan(
                "outage-" + numbers[2], numbers[0], Duration.ofSeconds(10), Duration.ofSeconds(numbers[1]), numbers[2]);
        var result = run(plan, Files.createTempDirectory("broker-outage"));
        System.out.println(plan);
        System.out.println(result);
        boolean isKept = result.refused() == 0
                && result.acknowledged() == result.posted()
                && result.missing() == 0
                && result.doubled() == 0
                && result.slowest().compareTo(Duration.ofSeconds(4)) < 0
                && result.emptyAfter().compareTo(Duration.ofSeconds(30)) < 0;
        System.out.println(isKept ? "the promise is kept" : "THE PROMISE IS BROKEN");
        System.exit(isKept ? 0 : 1);
    }

    static Result run(Plan plan, Path directory) throws Exception {
        try (var run = new BrokerOutageRun(plan, directory)) {
            return run.run();
        }
    }

    private Result run() throws Exception {
        broker.start();
        archiver.start();
        ingest.start();
        awaitReady(ingestManagementPort);
        awaitReady(archiverManagementPort);
        var load = new Load();
        try (var twilio = new TwilioSimulator(
                URI.create("http://127.0.0.1:" + ingestPort), PUBLIC_BASE_URL, accountSid, authToken)) {
            load.start(twilio);
            Thread.sleep(RAMP.plus(plan.before()));

            broker.kill();
            long end = System.nanoTime() + plan.outage().toNanos();
            for (int kill = 1; kill <= plan.kills(); kill++) {
                Thread.sleep(plan.outage().dividedBy(plan.kills() + 1L));
                load.ingestIsKilled();
                ingest.kill();
                ingest.start();
                awaitReady(ingestManagementPort);
                load.ingestIsBack();
            }
            LockSupport.parkNanos(end - System.nanoTime());
            long spilledAtMost = (long) metric("transcripts_spill_records");

            broker.start();
            long brokerBack = awaitPort(kafkaPort);
            load.isDraining = true;
            var emptyAfter = awaitEmptySpill(brokerBack);
            load.isDraining = false;
            Thread.sleep(ASK_AGAIN);
            load.stop();
            return result(load, spilledAtMost, emptyAfter);
        }
    }

    private Result result(Load load, long spilledAtMost, Duration emptyAfter) throws InterruptedException {
        var messages = new HashSet<>(load.acknowledged);
        messages.removeIf(sid -> !sid.startsWith("IM"));
        var database = JdbcClient.create(postgres.superuser());
        long end = System.nanoTime() + CATCH_UP_LIMIT.toNanos();
        List<String> stored;
        var missing = new HashSet<String>();
        do {
            Thread.sleep(ASK_AGAIN);
            stored = database.sql("SELECT message_sid FROM transcripts.messages WHERE NOT is_stub")
                    .query(String.class)
                    .list();
            missing.clear();
            missing.addAll(messages);
            stored.forEach(missing::remove);
        } while (!missing.isEmpty() && System.nanoTime() < end);
        return new Result(
                load.posted.get(),
                load.acknowledged.size(),
                load.refused.get(),
                load.cutOff.get(),
                Duration.ofNanos(load.slowestNanos.get()),
                Duration.ofNanos(load.slowestDrainingNanos.get()),
                spilledAtMost,
                emptyAfter,
                missing.size(),
                stored.size() - new HashSet<>(stored).size());
    }

    private Duration awaitEmptySpill(long since) throws InterruptedException {
        long end = since + Duration.ofMinutes(2).toNanos();
        while (System.nanoTime() < end) {
            // at the same load some may be spilled again for a moment; what was waiting is gone
            if (metric("transcripts_spill_records") == 0) {
                return Duration.ofNanos(System.nanoTime() - since);
            }
            Thread.sleep(Duration.ofMillis(100));
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private double metric(String name) throws InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + ingestManagementPort + "/actuator/prometheus"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException("ingest does not answer", e);
        }
    }

    private void awaitReady(int managementPort) throws InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException _) {
                // not up yet
            }
            Thread.sleep(Duration.ofMillis(50));
        }
        throw new IllegalStateException("not ready after " + START_LIMIT + ": port " + managementPort);
    }

    /// @return when it was back
    private static long awaitPort(int port) throws InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try (var _ = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
                return System.nanoTime();
            } catch (IOException _) {
                Thread.sleep(Duration.ofMillis(20));
            }
        }
        throw new IllegalStateException("the broker does not come back");
    }

    @Override
    public void close() {
        ingest.close();
        archiver.close();
        broker.close();
        postgres.close();
        http.shutdownNow();
    }

    /// Posts at a steady rate, whatever becomes of the earlier ones.
    private final class Load {

        final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        final AtomicInteger posted = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger cutOff = new AtomicInteger();
        final AtomicLong slowestNanos = new AtomicLong();
        final AtomicLong slowestDrainingNanos = new AtomicLong();
        private final ConcurrentLinkedQueue<Thread> sending = new ConcurrentLinkedQueue<>();
        private final Semaphore sendingAgain = new Semaphore(SENT_AGAIN_AT_ONCE);
        private final List<Thread> pacing = new ArrayList<>();
        private volatile boolean isOver;
        volatile boolean isDraining;

        /// Counts kills and returns: odd while there is no ingest. A request that saw a change was cut off.
        private volatile int epoch;

        void start(TwilioSimulator twilio) {
            int messages = Math.toIntExact(Duration.ofMinutes(10).toSeconds() * plan.perSecond() / 100);
            var requests = new Requests(
                    plan.name(),
                    accountSid,
                    100,
                    messages,
                    Instant.now().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS));
            var webhooks = requests.stream().iterator();
            pacing.add(Thread.ofPlatform().name("pace").start(() -> {
                long start = System.nanoTime();
                try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (long i = 0; !isOver && webhooks.hasNext(); i++) {
                        LockSupport.parkNanos(start + dueNanos(i) - System.nanoTime());
                        var webhook = webhooks.next();
                        posted.incrementAndGet();
                        senders.execute(() -> deliver(twilio, webhook));
                    }
                }
            }));
        }

        /// A rate that grows evenly to `perSecond`, and stays.
        private long dueNanos(long number) {
            double ramped = plan.perSecond() * RAMP.toSeconds() / 2.0;
            double seconds = number < ramped
                    ? RAMP.toSeconds() * Math.sqrt(number / ramped)
                    : RAMP.toSeconds() + (number - ramped) / plan.perSecond();
            return (long) (seconds * 1e9);
        }

        void ingestIsKilled() {
            epoch++;
        }

        void ingestIsBack() {
            epoch++;
        }

        void stop() throws InterruptedException {
            isOver = true;
            for (var pace : pacing) {
                pace.join();
            }
        }

        private void deliver(TwilioSimulator twilio, Webhook webhook) {
            boolean wasCutOff = false;
            try {
                while (true) {
                    int before = epoch;
                    if (wasCutOff) {
                        sendingAgain.acquire();
                    }
                    Answer answer;
                    try {
                        answer = twilio.post(webhook);
                    } finally {
                        if (wasCutOff) {
                            sendingAgain.release();
                        }
                    }
                    boolean wasUndisturbed = before == epoch && before % 2 == 0;
                    if (wasUndisturbed) {
                        slowestNanos.accumulateAndGet(answer.took().toNanos(), Math::max);
                        if (isDraining) {
                            slowestDrainingNanos.accumulateAndGet(answer.took().toNanos(), Math::max);
                        }
                    }
                    if (answer.isAcknowledged()) {
                        acknowledged.add(webhook.subject());
                        return;
                    }
                    if (answer instanceof Answer.Answered || wasUndisturbed) {
                        refused.incrementAndGet();
                        return;
                    }
                    if (!wasCutOff) {
                        wasCutOff = true;
                        cutOff.incrementAndGet();
                    }
                    Thread.sleep(ASK_AGAIN);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
