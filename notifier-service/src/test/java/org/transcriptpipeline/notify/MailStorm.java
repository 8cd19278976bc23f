package org.transcriptpipeline.notify;

import static org.transcriptpipeline.transcript.Snapshots.aHotlineSnapshot;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.notify.mail.Mailbox;
import org.transcriptpipeline.notify.mail.ScriptedSmtpServer;

/// Many handoffs at once through a mail server in a bad mood, by notifiers that are processes of their own and are
/// killed with `kill -9` on the way; then the mailbox is held against the ledger.
///
/// [#main] is the long run, see docs/operations.md.
final class MailStorm {

    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Plan plan;
    private final Surroundings around = Surroundings.get();
    private final Random mood;
    private final Mailbox mailbox = new Mailbox();
    private final Map<String, Integer> byNotifier = new ConcurrentHashMap<>();
    private final Set<String> refusedForGood = ConcurrentHashMap.newKeySet();
    private final AtomicInteger droppedAfterTheDot = new AtomicInteger();
    private final Map<String, AtomicInteger> moods = new ConcurrentHashMap<>();
    private final List<Process> notifiers = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    /// @param name of the run; no two runs in one database have the same
    /// @param badMood share of dialogues that the server spoils in one way or another
    /// @param pause that the server takes before each reply, as a network does
    record Plan(String name, int handoffs, int notifiers, int kills, double badMood, Duration pause) {}

    /// @param mails that the server took, doubles included
    /// @param doubles mails beyond the first of a handoff
    /// @param doublesThatDoNotSaySo of these, without the header that tells the attempt
    /// @param strangers handoffs whose mails differ in their Message-ID
    /// @param missing handoffs that were not refused for good and are not in the mailbox
    /// @param ledgerDiffers handoffs of which ledger and mailbox say different things
    /// @param notifiersThatSent how many processes had a share
    record Result(
            int mails,
            int doubles,
            int doublesThatDoNotSaySo,
            int strangers,
            int missing,
            int ledgerDiffers,
            int refused,
            int droppedAfterTheDot,
            int notifiersThatSent,
            Map<String, Integer> moods,
            Duration took) {}

    private MailStorm(Plan plan) {
        this.plan = plan;
        this.mood = new Random(plan.name().hashCode());
    }

    /// @param arguments how many handoffs, notifiers, kills, and the share of spoiled dialogues in percent
    public static void main(String[] arguments) throws Exception {
        var numbers = new int[] {2000, 1, 10, 15};
        for (int i = 0; i < arguments.length; i++) {
            numbers[i] = Integer.parseInt(arguments[i]);
        }
        var result =
                run(new Plan("long", numbers[0], numbers[1], numbers[2], numbers[3] / 100.0, Duration.ofMillis(5)));
        System.out.println(result);
        System.exit(0); // the servers stop in their shutdown hook
    }

    static Result run(Plan plan) throws Exception {
        return new MailStorm(plan).run();
    }

    private Result run() throws Exception {
        long begun = System.nanoTime();
        try (var server = new ScriptedSmtpServer()) {
            script(server);
            for (int i = 0; i < plan.notifiers(); i++) {
                ports.add(FreePort.find());
                notifiers.add(start(server, i)); // first, since they make the topic
            }
            // else the first one may be done before the second one is there
            until("all notifiers look for work", () -> ports.stream().allMatch(MailStorm::isReady));
            for (int i = 0; i < plan.handoffs(); i++) {
                around.announce(around.keep(aHotlineSnapshot(handoff(i))));
            }
            for (int kill = 1; kill <= plan.kills(); kill++) {
                int share = plan.handoffs() * kill / (plan.kills() + 1);
                until("a share is sent", () -> mailbox.messageIds().size() >= share);
                int victim = kill % plan.notifiers();
                notifiers.get(victim).destroyForcibly().waitFor();
                notifiers.set(victim, start(server, victim));
            }
            until("all is settled", this::isSettled);
            return result(Duration.ofNanos(System.nanoTime() - begun));
        } finally {
            for (var notifier : notifiers) {
                notifier.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private String handoff(int number) {
        return plan.name() + "-" + number;
    }

    /// Most dialogues go well. Some are put off at each stage, some break off before the final dot and some after it,
    /// some hang; and every fiftieth handoff is refused for good, whenever it comes.
    private void script(ScriptedSmtpServer server) {
        server.on("EHLO", line -> {
            pause();
            byNotifier.merge(line, 1, Integer::sum);
            return "250-scripted\r\n250 AUTH PLAIN";
        });
        server.on("GREETING", _ -> spoiled(0.2) ? told("421 at the greeting", "421 busy") : "220 scripted");
        server.on("RCPT", _ -> {
            pause();
            return spoiled(0.2) ? told("451 for the recipient", "451 greylisted") : "250 ok";
        });
        server.on("DATA", _ -> {
            pause();
            if (spoiled(0.2)) {
                return told("452 for the text", "452 full");
            }
            if (spoiled(0.02)) {
                return told("silence", ScriptedSmtpServer.SILENCE);
            }
            return spoiled(0.2) ? told("gone before the dot", ScriptedSmtpServer.HANG_UP) : "354 go on";
        });
        server.on("DOT", mail -> {
            pause();
            var id = Mailbox.messageId(mail);
            if (id == null) {
                return told("no Message-ID", "554 no");
            }
            if (Math.floorMod(id.hashCode(), 50) == 0 && plan.badMood() > 0) {
                refusedForGood.add(id);
                return told("550 for good", "550 no such person");
            }
            if (spoiled(0.2)) {
                return told("451 after the dot", "451 try later");
            }
            mailbox.keep(mail);
            if (spoiled(0.1)) {
                droppedAfterTheDot.incrementAndGet();
                return told("gone after the dot", ScriptedSmtpServer.HANG_UP);
            }
            return "250 2.0.0 queued";
        });
    }

    private synchronized boolean spoiled(double share) {
        return mood.nextDouble() < plan.badMood() * share;
    }

    private String told(String what, String reply) {
        moods.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
        return reply;
    }

    private void pause() {
        try {
            Thread.sleep(plan.pause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process start(ScriptedSmtpServer server, int number) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                NotifierApplication.class.getName()));
        command.addAll(around.settings(
                around.databasePort(),
                "--server.port=" + ports.get(number),
                "--transcripts.handoff.email-to=team@operators.example",
                "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + server.port(),
                "--spring.mail.properties.mail.smtp.localhost=notifier-" + number,
                "--spring.mail.properties.mail.smtp.timeout=3000",
                "--transcripts.handoff.delivery.first-pause=100ms",
                "--transcripts.handoff.delivery.longest-pause=1s",
                "--spring.kafka.consumer.properties.session.timeout.ms=6000"));
        var log = Path.of("target", "mail-storm-" + plan.name() + "-" + number + ".log");
        Files.createDirectories(log.getParent());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static boolean isReady(int port) {
        try {
            var address = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
            return ((HttpURLConnection) address.toURL().openConnection()).getResponseCode() == 200;
        } catch (IOException _) {
            return false; // not up yet
        }
    }

    private boolean isSettled() {
        var counts = around.sql()
                .sql("""
                        SELECT count(*), count(*) FILTER (WHERE status IN ('sent', 'refused'))
                        FROM handoff.deliveries
                        WHERE handoff_id LIKE :name || '-%'
                        """)
                .param("name", plan.name())
                .query((row, _) -> List.of(row.getInt(1), row.getInt(2)))
                .single();
        return counts.equals(List.of(plan.handoffs(), plan.handoffs()));
    }

    private Result result(Duration took) {
        Map<String, String> ledger = new HashMap<>();
        Map<String, String> handoffs = new HashMap<>();
        around.sql()
                .sql(
                        "SELECT handoff_id, message_id, status FROM handoff.deliveries WHERE handoff_id LIKE :name || '-%'")
                .param("name", plan.name())
                .query(row -> {
                    ledger.put(row.getString(2), row.getString(3));
                    handoffs.put(row.getString(1), row.getString(2));
                });
        int missing = 0;
        int differs = 0;
        var taken = mailbox.messageIds();
        for (int i = 0; i < plan.handoffs(); i++) {
            var id = handoffs.get(handoff(i));
            boolean isThere = id != null && taken.contains(id);
            boolean isRefused = id != null && refusedForGood.contains(id);
            missing += isThere || isRefused ? 0 : 1;
            differs += (isRefused ? "refused" : "sent").equals(id == null ? "" : ledger.get(id)) ? 0 : 1;
        }
        var strangers = new HashSet<>(taken);
        strangers.removeAll(ledger.keySet());
        Map<String, Integer> told = new TreeMap<>();
        moods.forEach((what, number) -> told.put(what, number.get()));
        return new Result(
                mailbox.mails(),
                mailbox.doubles(),
                mailbox.doublesThatDoNotSaySo(),
                strangers.size(),
                missing,
                differs,
                refusedForGood.size(),
                droppedAfterTheDot.get(),
                (int) byNotifier.keySet().stream()
                        .map(line -> line.toLowerCase(Locale.ROOT))
                        .distinct()
                        .count(),
                told,
                took);
    }

    @FunctionalInterface
    private interface Question {
        boolean isTrue();
    }

    private void until(String what, Question question) throws InterruptedException {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (!question.isTrue()) {
            for (var notifier : notifiers) {
                if (!notifier.isAlive()) {
                    throw new IllegalStateException("a notifier ended by itself, see target/mail-storm-*.log");
                }
            }
            if (System.nanoTime() > limit) {
                throw new IllegalStateException(what + ": not after " + LIMIT);
            }
            Thread.sleep(50);
        }
    }
}
