package org.transcriptpipeline.pipeline;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.StoredRows;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.notify.mail.Mailbox;
import org.transcriptpipeline.notify.mail.ScriptedSmtpServer;

/// The same conversations twice, at the same time: through one archiver and one notifier that nobody disturbs, and
/// through two of each, of which one of each is killed with `kill -9` and started again, in turn, until all has been
/// sent. One of each pair has a clock that is wrong by an hour. Both must reach the same rows and the same mails.
///
/// Each conversation is handed over, and told a follow-up once its transcript went out: what the customer wrote, or a
/// failure that came late. So two archivers also settle and watch the same handoffs.
///
/// [#main] is the long run, see docs/operations.md.
final class DisturbedRun {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int DELIVERY_THREADS = 4;

    /// The message of ours of which nothing is told until the transcript is out.
    private static final int LATE = 5;

    private static final List<String> SMALL_JVM = List.of("-Xmx192m", "-XX:TieredStopAtLevel=1");

    private final Plan plan;
    private final List<Conversation> input = new ArrayList<>();

    /// @param during over how long they are sent, and how long the killing goes on
    record Plan(int conversations, Duration during) {}

    /// @param toTheEnd with the flow's end
    /// @param later once the transcript went out
    private record Conversation(String sid, List<TranscriptEvent> toTheEnd, TranscriptEvent later) {}

    /// What a side has come to.
    ///
    /// @param rows by table, the hash of the content of all its rows
    /// @param versions of handoffs as the archiver took them, each with its kind and what it counts
    /// @param messageIds of the mails that the server took
    /// @param doubles mails beyond the first of their Message-ID
    /// @param doublesThatDoNotSaySo of these, without the header that tells the attempt
    /// @param notThereOnce acknowledged SIDs without a row of their own
    record Outcome(
            Map<String, String> rows,
            List<String> versions,
            List<String> messageIds,
            int doubles,
            int doublesThatDoNotSaySo,
            long notThereOnce,
            long quarantined) {}

    /// @param kills of an archiver and a notifier each
    record Report(int conversations, int kills, Outcome undisturbed, Outcome disturbed, Duration took) {

        /// Mails that may have been on their way when their notifier was killed: the one window, see docs/adr/009.
        int doublesAllowed() {
            return kills * DELIVERY_THREADS;
        }

        boolean isTheSame() {
            return undisturbed.rows().equals(disturbed.rows())
                    && undisturbed.versions().equals(disturbed.versions())
                    && undisturbed.messageIds().equals(disturbed.messageIds());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    """
                    %d conversations in %d s, %d times an archiver and a notifier killed
                    same rows: %s, same versions of handoffs: %s (%d), same mails: %s (%d)
                    doubles: %d undisturbed, %d disturbed, of at most %d; without a mark: %d
                    SIDs that are not there once: %d and %d; records set aside: %d and %d
                    hash of all rows: %s""",
                    conversations,
                    took.toSeconds(),
                    kills,
                    undisturbed.rows().equals(disturbed.rows()),
                    undisturbed.versions().equals(disturbed.versions()),
                    disturbed.versions().size(),
                    undisturbed.messageIds().equals(disturbed.messageIds()),
                    disturbed.messageIds().size(),
                    undisturbed.doubles(),
                    disturbed.doubles(),
                    doublesAllowed(),
                    disturbed.doublesThatDoNotSaySo(),
                    undisturbed.notThereOnce(),
                    disturbed.notThereOnce(),
                    undisturbed.quarantined(),
                    disturbed.quarantined(),
                    hash(disturbed.rows().values()));
        }
    }

    private DisturbedRun(Plan plan) {
        this.plan = plan;
        for (int i = 0; i < plan.conversations(); i++) {
            input.add(conversation(i));
        }
    }

    /// @param arguments how many conversations, and over how many seconds
    public static void main(String[] arguments) throws Exception {
        int conversations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 900;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300;
        var report =
                run(new Plan(conversations, Duration.ofSeconds(seconds)), Files.createTempDirectory("disturbed-run"));
        System.out.println(report);
        System.exit(report.isTheSame() ? 0 : 1); // Kafka's threads would keep it
    }

    static Report run(Plan plan, Path directory) throws Exception {
        return new DisturbedRun(plan).run(directory);
    }

    private Report run(Path directory) throws Exception {
        long begun = System.nanoTime();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor();
                var quiet = new Side("undisturbed", directory.resolve("undisturbed"), 1);
                var loud = new Side("disturbed", directory.resolve("disturbed"), 2)) {
            var undisturbed = CompletableFuture.supplyAsync(() -> checked(quiet::run), executor);
            var disturbed = CompletableFuture.supplyAsync(() -> checked(loud::run), executor);
            var outcomes = List.of(undisturbed.join(), disturbed.join()); // only then all kills are counted
            return new Report(
                    plan.conversations(),
                    loud.kills,
                    outcomes.getFirst(),
                    outcomes.getLast(),
                    Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private interface Step<T> {
        T run() throws Exception;
    }

    private static <T> T checked(Step<T> step) {
        try {
            return step.run();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static Conversation conversation(int number) {
        var events = new Events().at(Instant.now());
        List<TranscriptEvent> all = new ArrayList<>(List.of(events.customerJoined()));
        for (int i = 0; i < 6; i += 2) {
            all.add(events.fromCustomer(i, "Question " + i));
            all.add(events.fromFlow(i + 1, "Answer " + i));
            if (i + 1 != LATE) {
                all.add(events.delivery(i + 1, "delivered", null)); // what is last told of it comes first
                all.add(events.delivery(i + 1, "sent", null));
            }
        }
        all.add(all.get(3));
        all.add(events.flowEnded("FN" + events.conversationSid().substring(2)));
        return new Conversation(
                events.conversationSid(),
                all,
                number % 2 == 0
                        ? events.fromCustomer(6, "And one more thing")
                        : events.delivery(LATE, "undelivered", 30003));
    }

    /// One of the two: servers, services and a mail server of its own.
    private final class Side implements AutoCloseable {

        private final Servers servers;
        private final ScriptedSmtpServer mailServer = new ScriptedSmtpServer();
        private final Mailbox mailbox = new Mailbox();
        private final Acknowledged acknowledged = new Acknowledged();
        private final List<ServiceProcess> archivers = new ArrayList<>();
        private final List<ServiceProcess> notifiers = new ArrayList<>();
        private volatile int kills;

        Side(String name, Path directory, int instances) throws Exception {
            servers = Servers.start(directory);
            mailServer.on("DOT", mail -> {
                mailbox.keep(mail);
                return "250 2.0.0 queued";
            });
            for (int i = 0; i < instances; i++) {
                archivers.add(ServiceProcess.archiver(name + "-archiver-" + i, SMALL_JVM, archiverSettings()));
                notifiers.add(ServiceProcess.notifier(name + "-notifier-" + i, SMALL_JVM, notifierSettings()));
            }
            if (instances > 1) {
                archivers.getLast().withClockOff(Duration.ofHours(1));
                notifiers.getLast().withClockOff(Duration.ofHours(-1));
            }
        }

        private List<String> archiverSettings() {
            return join(
                    servers.settings(servers.postgresPort()),
                    Servers.QUICK_TAKEOVER,
                    List.of(
                            "--transcripts.settling.quiet-window=1s",
                            "--transcripts.settling.follow-up-window=1s",
                            "--transcripts.settling.check-interval=250ms"));
        }

        private List<String> notifierSettings() {
            return join(
                    servers.settings(servers.postgresPort()),
                    Servers.QUICK_TAKEOVER,
                    List.of(
                            "--transcripts.handoff.email-to=" + StandaloneProcess.OPERATOR,
                            "--transcripts.handoff.email-from=transcripts@example.com",
                            "--spring.mail.host=127.0.0.1",
                            "--spring.mail.port=" + mailServer.port(),
                            "--transcripts.handoff.delivery.threads=" + DELIVERY_THREADS,
                            "--transcripts.handoff.delivery.poll-interval=100ms",
                            "--transcripts.handoff.delivery.heartbeat=500ms",
                            "--transcripts.handoff.delivery.first-pause=200ms"));
        }

        Outcome run() throws Exception {
            for (var service : join(archivers, notifiers)) {
                service.launch();
            }
            join(archivers, notifiers).forEach(ServiceProcess::awaitReady);
            var sender = Thread.ofVirtual()
                    .start(() -> checked(() -> {
                        send();
                        return null;
                    }));
            if (archivers.size() > 1) {
                killUntilEndOf(sender);
            }
            if (!sender.join(plan.during().plus(LIMIT))) {
                throw new IllegalStateException("not all could be sent");
            }
            awaitAllMails();
            return outcome();
        }

        /// Each conversation when it is due; what comes later as soon as its transcript went out.
        private void send() throws Exception {
            try (var producer = servers.producer()) {
                Map<String, Conversation> handedOver = new HashMap<>();
                long start = System.nanoTime();
                long between = plan.during().toNanos() / plan.conversations();
                for (int i = 0; i < input.size() || !handedOver.isEmpty(); ) {
                    while (i < input.size() && System.nanoTime() - start >= i * between) {
                        acknowledged.sendAll(producer, input.get(i).toTheEnd());
                        handedOver.put(input.get(i).sid(), input.get(i));
                        i++;
                    }
                    for (var sid : told(handedOver)) {
                        acknowledged.sendAll(
                                producer, List.of(handedOver.remove(sid).later()));
                    }
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
        }

        private List<String> told(Map<String, Conversation> handedOver) {
            return servers.database().queryForList("""
                            SELECT conversation_sid
                            FROM handoff.deliveries
                            WHERE version = 1 AND status = 'sent' AND conversation_sid = ANY (?)
                            """, String.class, (Object)
                    handedOver.keySet().toArray(String[]::new));
        }

        /// One of each, in turn; the next ones when these are back.
        private void killUntilEndOf(Thread sender) throws Exception {
            TimeUnit.SECONDS.sleep(2);
            while (sender.isAlive()) {
                int victim = kills % archivers.size();
                archivers.get(victim).kill();
                notifiers.get(victim).kill();
                kills++;
                archivers.get(victim).launch();
                notifiers.get(victim).launch();
                archivers.get(victim).awaitReady();
                notifiers.get(victim).awaitReady();
                TimeUnit.MILLISECONDS.sleep(kills * 370L % 2000); // at another moment of the round each time
            }
        }

        private void awaitAllMails() {
            await("a transcript and a follow-up of each conversation went out, and nothing is under way")
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> count("SELECT count(*) FROM handoff.deliveries WHERE status = 'sent'")
                                    >= 2L * plan.conversations()
                            && count("SELECT count(*) FROM handoff.scheduled_tasks") == 0
                            && count("SELECT count(*) FROM store.handoffs WHERE status = 'settling'"
                                            + " OR follow_up_at IS NOT NULL")
                                    == 0);
        }

        private long count(String sql) {
            Long number = servers.database().queryForObject(sql, Long.class);
            return number == null ? -1 : number;
        }

        private Outcome outcome() {
            var database = servers.database();
            Map<String, String> rows = new TreeMap<>();
            StoredRows.all(database).forEach((table, lines) -> rows.put(table, hash(lines)));
            return new Outcome(
                    rows,
                    database.queryForList("""
                            SELECT concat_ws(' ', handoff_id, version, kind, message_count, failed_count, missing_count)
                            FROM store.handoff_snapshots
                            ORDER BY handoff_id, version
                            """, String.class),
                    List.copyOf(mailbox.messageIds()),
                    mailbox.doubles(),
                    mailbox.doublesThatDoNotSaySo(),
                    acknowledged.notThereOnce(database).values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    Acknowledged.quarantined(database));
        }

        @Override
        public void close() {
            join(archivers, notifiers).forEach(ServiceProcess::close);
            mailServer.close();
            servers.close();
        }
    }

    @SafeVarargs
    private static <T> List<T> join(List<T>... lists) {
        return List.of(lists).stream().flatMap(List::stream).toList();
    }

    private static String hash(Iterable<String> lines) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var line : lines) {
                digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
