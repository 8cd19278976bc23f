package org.transcriptpipeline.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.transcript.Snapshots.aHotlineSnapshot;
import static org.transcriptpipeline.transcript.Snapshots.aMessage;
import static org.transcriptpipeline.transcript.Snapshots.aSnapshot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.transcriptpipeline.transcript.Snapshots;

/// Two notifiers, a real mail server, two recipients.
class HandoffMailTest {

    private static final String ANNA = "anna@operators.example";
    private static final String BORIS = "boris@operators.example";
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Surroundings around = Surroundings.get();
    private static final GreenMail mailServer =
            new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private static final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext other;

    @BeforeAll
    static void start() {
        mailServer.start();
        one = around.notifier(settings());
        other = around.notifier(settings());
        // Only now: a starting service sets logging up anew.
        logged.start();
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(logged);
        ((Logger) LoggerFactory.getLogger("org.transcriptpipeline")).setLevel(Level.INFO);
    }

    private static String[] settings() {
        return new String[] {
            "--transcripts.handoff.email-to=" + ANNA + ", " + BORIS + "," + ANNA,
            "--spring.mail.host=127.0.0.1",
            "--spring.mail.port=" + mailServer.getSmtp().getPort()
        };
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
        mailServer.stop();
        ((Logger) LoggerFactory.getLogger("org.transcriptpipeline")).setLevel(null);
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(logged);
    }

    @Test
    @Tag("N1")
    void eachRecipientGetsOneMailThoughItIsAnnouncedTwiceAndTwoNotifiersRun() throws Exception {
        var ready = around.keep(aHotlineSnapshot("once"));

        around.announce(ready);
        around.announce(ready);

        await().atMost(SOON).until(() -> around.statuses("once").equals(List.of("sent", "sent")));
        around.announce(ready);
        var next = around.keep(aHotlineSnapshot("after-once"));
        around.announce(next);
        await().atMost(SOON).until(() -> around.statuses("after-once").equals(List.of("sent", "sent")));
        assertThat(mails("once")).hasSize(2);
        assertThat(mails("once").stream().map(HandoffMailTest::recipient)).containsExactlyInAnyOrder(ANNA, BORIS);
        assertThat(around.attempts("once"))
                .hasSize(2)
                .allSatisfy(a -> assertThat(a).containsEntry("outcome", "sent").containsEntry("attempt", 1));
        assertThat(around.deliveries("once")).allSatisfy(d -> {
            assertThat(d.get("sent_at")).isNotNull();
            assertThat((String) d.get("content_sha256")).matches("[0-9a-f]{64}");
            assertThat((String) d.get("response")).startsWith("250");
        });
        assertThat(around.jobs("once")).isZero();
    }

    @Test
    void theMailIsTheTranscriptInBothParts() throws Exception {
        around.announce(around.keep(aHotlineSnapshot("whole")));

        await().atMost(SOON).until(() -> around.statuses("whole").equals(List.of("sent", "sent")));
        var mail = mails("whole").getFirst();
        assertThat(mail.getSubject())
                .isEqualTo("Handoff: +15005550006, flow FW0123456789abcdef0123456789abcdef [whole]");
        assertThat(mail.getFrom()[0]).hasToString("Transcripts <pipeline@hotline.example>");
        assertThat(mail.getMessageID()).matches("<whole\\.1\\.[0-9a-f]{16}@hotline\\.example>");
        assertThat(mail.getHeader("X-Transcript-Attempt")).isNull();
        assertThat(part(mail, 0)).isEqualTo("""
                Handoff: +15005550006 by SMS
                ------------------------------------------------------------------------

                Customer: +15005550006
                Channel: SMS
                Our address: +15005550001
                Flow: FW0123456789abcdef0123456789abcdef
                Handed over because: the flow ended: wants a person
                Started: 2026-10-01 12:00:00 UTC
                Ended: 2026-10-01 12:05:00 UTC; the conversation is still open
                Messages: 4, 1 FAILED
                Conversation: CH0123456789abcdef0123456789abcdef
                Execution: FN0123456789abcdef0123456789abcdef
                Reference: whole, version 1

                --- What failed ---

                3. 2026-10-01 12:00:03 UTC – Flow hotline
                    What is your name?
                    !! Not delivered (undelivered, error 30003). The phone was switched off or out of reach.
                    -> Try again later or call.

                --- How complete this is ---

                Unverified: this is what Twilio told us by itself; messages sent through its API may be missing.
                Reason: not yet compared with the list that Twilio keeps

                --- The conversation ---

                All times: UTC

                1. 2026-10-01 12:00:01 UTC – Customer +15005550006
                    Hi, is Bella still there?

                2. 2026-10-01 12:00:02 UTC – Flow hotline
                    Yes! Shall somebody call you?
                    [delivered]

                3. 2026-10-01 12:00:03 UTC – Flow hotline
                    What is your name?
                    !! Not delivered (undelivered, error 30003). The phone was switched off or out of reach.

                4. 2026-10-01 12:00:04 UTC – Customer +15005550006
                    Anna
                """);
        assertThat(Jsoup.parse(part(mail, 1))
                        .select("h2:last-of-type ~ div.entry")
                        .eachText())
                .satisfiesExactly(
                        first -> assertThat(first).contains("Bella"),
                        second -> assertThat(second).contains("Yes!"),
                        third -> assertThat(third).contains("What is your name?", "Not delivered"),
                        fourth -> assertThat(fourth).contains("Anna"));
    }

    @Test
    @Tag("N12")
    void whatSomebodyWroteArrivesAsItIsAndMakesNoHeader() throws Exception {
        var hostile = "x\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script> ${7*7} [[${7*7}]] \u202Etxt "
                + "0123456789".repeat(1000);
        around.announce(around.keep(aSnapshot()
                .of("hostile")
                .from(List.of("x\r\nBcc: all@example.com"))
                .with(aMessage().saying(hostile))
                .build()));

        await().atMost(SOON).until(() -> around.statuses("hostile").equals(List.of("sent", "sent")));
        var mail = mails("hostile").getFirst();
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getAllRecipients()).hasSize(1);
        assertThat(part(mail, 0))
                .contains("    <script>alert(1)</script> ${7*7} [[${7*7}]] ⟨U+202E⟩txt " + "0123456789".repeat(1000));
        assertThat(Jsoup.parse(part(mail, 1)).select("script")).isEmpty();
    }

    @Test
    @Tag("A3")
    void aRecordThatCannotBeReadIsSetAsideAndTheNextGoesOn() {
        around.announceBytes("not json".getBytes(StandardCharsets.UTF_8));
        around.announceBytes("{\"type\":\"transcript.ready\",\"version\":99}".getBytes(StandardCharsets.UTF_8));
        around.announceBytes("{\"type\":\"transcript.ready\",\"version\":1}".getBytes(StandardCharsets.UTF_8));
        var ready = around.keep(aHotlineSnapshot("behind"));
        var unstorable = around.ready(aHotlineSnapshot("nul\u0000"), Instant.now());
        around.announce(unstorable);
        around.announce(ready);

        await().atMost(SOON).until(() -> around.statuses("behind").equals(List.of("sent", "sent")));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(around.sql()
                                .sql("SELECT reason FROM handoff.quarantined_records ORDER BY reason")
                                .query(String.class)
                                .list())
                        .containsExactly("data", "incomplete", "not_json", "version"));
    }

    @Test
    void aTranscriptThatWasReadyTooLongAgoWaitsForAPerson() {
        around.announce(around.keep(aHotlineSnapshot("old"), Instant.now().minus(Duration.ofHours(25))));

        await().atMost(SOON).until(() -> around.statuses("old").equals(List.of("paused", "paused")));
        assertThat(around.jobs("old")).isZero();
        assertThat(around.deliveries("old"))
                .allSatisfy(d -> assertThat((String) d.get("response")).startsWith("expired"));
    }

    @Test
    void aSnapshotThatComesLateOrIsNotTheAnnouncedOneIsWaitedFor() {
        around.announce(around.ready(aHotlineSnapshot("late"), Instant.now()));
        var altered = around.keep(aHotlineSnapshot("altered"));
        around.sql()
                .sql("UPDATE store.handoff_snapshots SET content = content || ' ' WHERE handoff_id = 'altered'")
                .update();
        around.announce(altered);

        await().atMost(SOON).until(() -> around.statuses("late").equals(List.of("retrying", "retrying")));
        await().atMost(SOON).until(() -> around.statuses("altered").equals(List.of("retrying", "retrying")));
        around.keep(aHotlineSnapshot("late"));
        await().atMost(SOON).until(() -> around.statuses("late").equals(List.of("sent", "sent")));
        assertThat(around.deliveries("altered"))
                .allSatisfy(d -> assertThat((String) d.get("response")).contains("hash differs"));
    }

    @Test
    @Tag("S4")
    void healthAndMetricsTellHowItGoes() throws Exception {
        around.announce(around.keep(aHotlineSnapshot("metered")));
        await().atMost(SOON).until(() -> around.statuses("metered").equals(List.of("sent", "sent")));

        var registry = one.getBean(MeterRegistry.class);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(sentBy(registry) + sentBy(other.getBean(MeterRegistry.class)))
                        .isGreaterThanOrEqualTo(2));
        var readiness = get("/actuator/health/readiness");
        assertThat(readiness.statusCode()).isEqualTo(200);
        assertThat(readiness.body()).contains("mailChannel", "readyConsumer", "readyTopic");
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        var metrics = get("/actuator/prometheus").body();
        assertThat(metrics)
                .contains("transcripts_deliveries_open{status=\"planned\"}", "transcripts_mail_channel_paused 0.0")
                .doesNotContain("@operators", "FW0123", "whole");
        assertThat(get("/actuator/env").statusCode()).isEqualTo(404);
    }

    private static double sentBy(MeterRegistry registry) {
        return registry.find("transcripts_deliveries").tag("outcome", "sent").counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    @Test
    @Tag("S6")
    void noLineOfTheLogHoldsAnAddressOrAWord() {
        around.announce(around.keep(aHotlineSnapshot("silent-log")));
        await().atMost(SOON).until(() -> around.statuses("silent-log").equals(List.of("sent", "sent")));

        await().atMost(SOON).untilAsserted(() -> assertThat(lines()).anyMatch(l -> l.contains("Delivery attempted")));
        assertThat(lines())
                .noneMatch(l -> l.contains("operators.example")
                        || l.contains("pipeline@")
                        || l.contains("Bella")
                        || l.contains(Snapshots.CUSTOMER)
                        || l.contains("wants a person"));
    }

    private static List<String> lines() {
        return List.copyOf(logged.list).stream()
                .map(e -> e.getFormattedMessage() + " " + e.getKeyValuePairs() + " "
                        + (e.getThrowableProxy() == null
                                ? ""
                                : e.getThrowableProxy().getMessage()))
                .toList();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        var port = one.getEnvironment().getProperty("local.server.port");
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static List<MimeMessage> mails(String handoffId) {
        return Arrays.stream(mailServer.getReceivedMessages())
                .filter(m -> messageId(m).startsWith("<" + handoffId + "."))
                .toList();
    }

    private static String messageId(MimeMessage mail) {
        try {
            return mail.getMessageID();
        } catch (jakarta.mail.MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private static String recipient(MimeMessage mail) {
        try {
            return mail.getAllRecipients()[0].toString();
        } catch (jakarta.mail.MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private static String part(MimeMessage mail, int number) throws Exception {
        return ((String) ((MimeMultipart) mail.getContent()).getBodyPart(number).getContent()).replace("\r\n", "\n");
    }
}
