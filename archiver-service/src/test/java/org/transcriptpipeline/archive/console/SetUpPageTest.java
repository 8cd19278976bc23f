package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestBroker;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.event.Topics;

class SetUpPageTest {

    private static final String ACCOUNT = "AC" + "5e7095e7095e7095e7095e7095e7095e";
    private static final String PLANTED = "planted words of a stranger";

    private static RunningArchiver archiver;

    @BeforeAll
    static void start() {
        TestDatabase.clear();
        archiver = new RunningArchiver(
                "--transcripts.public-base-urls=https://hooks.example.com/in/",
                "--transcripts.console.users.operator.password=password of operator",
                "--transcripts.console.users.operator.team=*",
                "--transcripts.console.users.operator.role=operator",
                "--transcripts.console.users.lead.password=password of lead",
                "--transcripts.console.users.lead.team=front-desk",
                "--transcripts.console.users.lead.role=admin");
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @Test
    void itSaysWhatTwilioIsToBeTold() throws Exception {
        assertThat(page())
                .contains(
                        ">https://hooks.example.com/in/webhooks/conversations<",
                        ">https://hooks.example.com/in/webhooks/message-status<",
                        ">https://hooks.example.com/in/webhooks/flow-ended<",
                        ">https://hooks.example.com/in/webhooks/event-streams<");
    }

    @Test
    void itShowsWhatArrivedAndWhatWasRefusedAndNothingOfWhatIsInIt() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(Topics.QUARANTINE, 2, (short) 1))) // ingest does that
                    .all()
                    .get(10, TimeUnit.SECONDS);
        }
        var events = new Events();
        archiver.publish(events.fromCustomer(0, PLANTED));
        archiver.publishRaw(new ProducerRecord<>(
                Topics.QUARANTINE,
                null,
                ACCOUNT,
                PLANTED.getBytes(UTF_8),
                List.of(
                        new RecordHeader("endpoint", "message-status".getBytes(UTF_8)),
                        new RecordHeader("reason", "mismatch".getBytes(UTF_8)))));
        archiver.publishRaw(new ProducerRecord<>(Topics.QUARANTINE, ACCOUNT, "of an earlier release".getBytes(UTF_8)));

        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(2_100)) // a page that is asked for sooner again is the last one
                .untilAsserted(() -> assertThat(page())
                        .contains("transcripts.message.added.v1", "conversations/" + events.conversationSid())
                        .contains(
                                ">message-status<", "The signature is of another address, body or token.", ">not told<")
                        .doesNotContain(PLANTED, "of an earlier release"));
    }

    @Test
    void itTellsWhatVerifyFound() throws Exception {
        assertThat(page()).contains("bin/transcripts verify --keep");

        archiver.database().update("""
                INSERT INTO store.verifications (account_sid, verified_at, differences)
                VALUES (?, now(), '{"webhooks of <service>, events"}')
                """, ACCOUNT);
        assertThat(page())
                .contains(ACCOUNT, "1 setting is not as it should be", "webhooks of &lt;service&gt;, events")
                .doesNotContain("verify --keep");

        archiver.database().update("UPDATE store.verifications SET differences = '{}'");
        assertThat(page()).contains("as it should be").doesNotContain("webhooks of");
        archiver.database().update("DELETE FROM store.verifications");
    }

    @Test
    void itIsForThoseWhoSeeEverythingAndRunThePipeline() throws Exception {
        for (var user : List.of("operator", "lead")) {
            var browser = new Visitor(archiver.url());
            browser.signIn(user, "password of " + user);

            assertThat(browser.get("/set-up").statusCode()).as(user).isEqualTo(403);
        }
        var operator = new Visitor(archiver.url());
        operator.signIn("operator", "password of operator");
        assertThat(operator.get("/").body()).doesNotContain("set-up");
    }

    private static String page() throws Exception {
        var browser = new Visitor(archiver.url());
        browser.signIn(RunningArchiver.USERNAME, RunningArchiver.PASSWORD);
        var page = browser.get("/set-up");
        assertThat(page.statusCode()).isEqualTo(200);
        return page.body();
    }
}
