package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.simulator.Mischief;
import org.transcriptpipeline.simulator.WebhookSender;
import org.transcriptpipeline.simulator.rest.RecordedRequest;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.MessageFields;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.ScopedWebhook;
import org.transcriptpipeline.simulator.world.Studio;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// Two hundred conversations of which a fifth of the webhooks is lost, a fifth comes twice and all are out of order,
/// and half of the bot's messages have none: the store is the truth in the end, says so, and so does every mail. Then
/// all topics are read again from their beginning, with everything switched on that acts on the world outside.
class LostWebhooksIT {

    private static final int CONVERSATIONS = 200;
    private static final String OURS = "+12025550199";
    private static final Duration SOON = Duration.ofSeconds(120);

    @Test
    @Tag("T6")
    @Tag("O4")
    void theStoreIsTheTruthAndEveryMailHoldsAllOfItAndAReplayChangesNothing(@TempDir Path directory) throws Exception {
        try (var standalone = StandaloneProcess.withAccount(directory, "lost-webhooks")) {
            var world = new TwilioWorld(standalone.accountSid(), 20261123, Clock.systemUTC());
            var flow = world.studio().createFlow("Puppy hotline", true, "{}", null);
            standalone.with("STUDIO_FLOW_SID", flow.sid());
            try (var rest = standalone.restStandIn(world);
                    var twilio = standalone.twilio()) {
                standalone.start();
                var mischief = new Mischief(0.2, 0.2, Duration.ofSeconds(3), Duration.ZERO, 7);
                try (var webhooks = new WebhookSender(world, twilio, mischief)) {
                    talk(world);
                    assertThat(webhooks.awaitQuiet(Duration.ofSeconds(60))).isTrue();
                    flowsAreAttached(rest);
                    endFlows(world, flow.sid());
                    assertThat(webhooks.awaitQuiet(Duration.ofSeconds(60))).isTrue();
                    assertThat(webhooks.counts().dropped()).isPositive();
                    assertThat(webhooks.counts().repeated()).isPositive();
                }
                assertThat(world.conversations()).hasSize(CONVERSATIONS);

                await("all verdicts complete")
                        .atMost(SOON)
                        .untilAsserted(() -> assertThat(standalone
                                        .database()
                                        .sql(
                                                "SELECT verdict, count(*) AS n FROM transcripts.conversations GROUP BY verdict")
                                        .query((row, _) -> row.getString("verdict") + " " + row.getInt("n"))
                                        .list())
                                .containsExactly("complete " + CONVERSATIONS));
                await("all mails").atMost(SOON).until(() -> standalone.mails().size() == CONVERSATIONS);

                theRowsAreTheTruth(world, standalone.database());
                everyMailHoldsItsTranscript(world, standalone);
                aReplayChangesNothing(standalone, rest);
            }
        }
    }

    /// Every call that changed something attached the flow, to no conversation twice. Those whose first webhook was
    /// lost have none.
    private static void flowsAreAttached(RestStandIn rest) {
        await("flows are attached")
                .during(Duration.ofSeconds(2))
                .atMost(SOON)
                .until(() -> rest.changingCalls().size(), size -> size > CONVERSATIONS / 2);
        assertThat(rest.changingCalls())
                .allSatisfy(call -> assertThat(call.path()).endsWith("/Webhooks"))
                .extracting(RecordedRequest::path)
                .doesNotHaveDuplicates();
    }

    private static void aReplayChangesNothing(StandaloneProcess standalone, RestStandIn rest) throws Exception {
        var rows = rows(standalone);
        var positions = positions(standalone);
        int changingCalls = rest.changingCalls().size();
        standalone
                .database()
                .sql("TRUNCATE store.consumer_offsets, handoff.consumer_offsets")
                .update();
        standalone.killJvm(); // nothing is written on the way out

        standalone.with("TRANSCRIPTS_FLOW_CONSUMERGROUP", "a-group-that-begins-at-the-beginning");
        standalone.start();

        await("all topics are read again").atMost(SOON).until(() -> isAtLeast(positions(standalone), positions));
        await("what the start had compared is verified again")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(rows(standalone)).isEqualTo(rows));
        await("nothing goes out")
                .during(Duration.ofSeconds(8))
                .atMost(Duration.ofSeconds(20))
                .until(() -> standalone.mails().size() == CONVERSATIONS
                        && rest.changingCalls().size() == changingCalls);
        assertThat(rows(standalone)).isEqualTo(rows);
    }

    /// The start itself is told of in the topics, so they reach further than before.
    private static boolean isAtLeast(Map<String, Long> positions, Map<String, Long> earlier) {
        return earlier.entrySet().stream().allMatch(e -> positions.getOrDefault(e.getKey(), 0L) >= e.getValue());
    }

    /// The next offset of each partition that was read from.
    private static Map<String, Long> positions(StandaloneProcess standalone) {
        Map<String, Long> positions = new HashMap<>();
        standalone.database().sql("""
                        SELECT topic || ' ' || partition, next_offset
                        FROM (
                            SELECT topic, partition, next_offset FROM store.consumer_offsets
                            UNION ALL
                            SELECT topic, partition, next_offset FROM handoff.consumer_offsets
                        ) AS o
                        WHERE next_offset > 0
                        """).query(row -> {
            positions.put(row.getString(1), row.getLong(2));
        });
        return positions;
    }

    private static Map<String, List<String>> rows(StandaloneProcess standalone) {
        Map<String, List<String>> rows = new HashMap<>();
        for (var view : List.of(
                "conversations",
                "messages",
                "participants",
                "deliveries",
                "delivery_events",
                "flow_executions",
                "handoffs",
                "handoff_deliveries",
                "handoff_attempts",
                "unrecognised_events",
                "quarantined_records")) {
            rows.put(
                    view,
                    standalone
                            .database()
                            // a restart is an outage: what was going on is compared again, and verified anew
                            .sql("SELECT (to_jsonb(v) - 'verified_at')::text FROM transcripts." + view
                                    + " v ORDER BY 1")
                            .query(String.class)
                            .list());
        }
        return rows;
    }

    /// A customer, a bot that asks for webhooks, the flow that does not, and an agent; receipts of what went out.
    private static void talk(TwilioWorld world) {
        for (int i = 0; i < CONVERSATIONS; i++) {
            var customer = "+1646555%04d".formatted(i);
            var sid = said(world, customer, i, "Hi, I am number " + i).conversationSid();
            List<Message> out = new ArrayList<>();
            out.add(world.byRest(sid, MessageFields.of(OURS, "Which puppy, number " + i + "?"), Origin.REST));
            said(world, customer, i, "The brown one");
            out.add(world.byRest(sid, MessageFields.of("bot", "Noted, " + i), Origin.REST_WITH_WEBHOOK));
            said(world, customer, i, "Thanks & bye");
            out.add(world.byRest(sid, MessageFields.of(OURS, "An agent will see to it"), Origin.REST));
            out.add(world.byRest(sid, MessageFields.of("bot", "Goodbye"), Origin.REST_WITH_WEBHOOK));
            out.add(world.bySdk(sid, "agent-" + i % 5, "I am here, number " + i));
            for (var message : out) {
                world.deliver(message.sid(), DeliveryStatus.SENT, null);
                var isLost = i % 10 == 0 && message.author().equals("bot");
                world.deliver(
                        message.sid(),
                        isLost ? DeliveryStatus.UNDELIVERED : DeliveryStatus.DELIVERED,
                        isLost ? 30003 : null);
            }
        }
    }

    private static Message said(TwilioWorld world, String customer, int number, String text) {
        return world.inbound(customer, OURS, text).orElseThrow();
    }

    private static void endFlows(TwilioWorld world, String flowSid) {
        for (var conversation : world.conversations()) {
            if (world.webhooks(conversation.sid()).isEmpty()) {
                world.attach(conversation.sid(), ScopedWebhook.Target.STUDIO, ScopedWebhook.Fields.studio(flowSid, 0));
            }
            var execution = world.studio().executionsOf(conversation.sid()).getLast();
            world.studio().callAtEnd(execution.sid(), Map.of("breed", "beagle"));
            world.studio().end(execution.sid(), Studio.FLOW_END);
        }
    }

    private static void theRowsAreTheTruth(TwilioWorld world, JdbcClient database) {
        Map<String, String> messages = new HashMap<>();
        Map<String, String> receipts = new HashMap<>();
        Map<String, String> counts = new HashMap<>();
        for (var conversation : world.conversations()) {
            var all = world.messages(conversation.sid());
            for (var message : all) {
                messages.put(message.sid(), fact(message));
                world.receipts(message.sid())
                        .forEach(r -> receipts.put(
                                r.sid(),
                                r.channelMessageSid() + " " + r.messageSid() + " "
                                        + (r.status() == null ? "" : r.status().wire()) + " " + r.errorCode()));
            }
            counts.put(
                    conversation.sid(),
                    "silent " + all.stream().filter(m -> !m.isAnnounced()).count() + " repaired "
                            + all.stream().filter(Message::isDropped).count());
        }
        assertThat(storedMessages(database)).containsExactlyInAnyOrderEntriesOf(messages);
        assertThat(pairs(database, """
                        SELECT
                            delivery_receipt_sid AS key,
                            channel_message_sid || ' ' || message_sid || ' ' || status || ' ' || coalesce(error_code::text, 'null') AS value
                        FROM transcripts.deliveries
                        """)).containsExactlyInAnyOrderEntriesOf(receipts);
        assertThat(pairs(database, """
                        SELECT conversation_sid AS key, 'silent ' || silent_count || ' repaired ' || repaired_count AS value
                        FROM transcripts.conversations
                        """)).containsExactlyInAnyOrderEntriesOf(counts);
        assertThat(counts.values()).anyMatch(c -> !c.endsWith("repaired 0"));
        assertThat(database.sql("SELECT count(*) FROM transcripts.conversations WHERE first_response_seconds < 0")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private static String fact(Message message) {
        return String.join(
                " | ",
                message.conversationSid(),
                Integer.toString(message.index()),
                message.author(),
                orNone(message.participantSid()),
                message.body(),
                message.attributes(),
                message.dateCreated().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static Map<String, String> storedMessages(JdbcClient database) {
        return database
                .sql("SELECT * FROM transcripts.messages WHERE NOT is_stub AND removed_at IS NULL")
                .query((row, _) -> Map.entry(
                        row.getString("message_sid"),
                        String.join(
                                " | ",
                                row.getString("conversation_sid"),
                                Long.toString(row.getLong("index")),
                                row.getString("author"),
                                orNone(row.getString("participant_sid")),
                                row.getString("body"),
                                row.getString("attributes"),
                                row.getTimestamp("sent_at")
                                        .toInstant()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString())))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<String, String> pairs(JdbcClient database, String sql) {
        return database
                .sql(sql)
                .query((row, _) -> Map.entry(row.getString("key"), row.getString("value")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String orNone(@Nullable String text) {
        return text == null ? "none" : text;
    }

    private static void everyMailHoldsItsTranscript(TwilioWorld world, StandaloneProcess standalone) throws Exception {
        Map<String, String> textByGreeting = new HashMap<>();
        for (var file : standalone.mails()) {
            var mail = Mail.read(file);
            var greeting = mail.text()
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.contains("Hi, I am number "))
                    .findFirst()
                    .orElseThrow();
            textByGreeting.put(greeting.replaceAll(".*number (\\d+).*", "$1"), mail.text());
        }
        assertThat(textByGreeting).hasSize(CONVERSATIONS);
        for (Conversation conversation : world.conversations()) {
            var all = world.messages(conversation.sid());
            var number = all.getFirst().body().replaceAll(".*number (\\d+).*", "$1");
            assertThat(textByGreeting.get(number))
                    .as("the mail of conversation %s", number)
                    .contains(all.stream().map(Message::body).toList())
                    .contains("complete");
        }
    }
}
