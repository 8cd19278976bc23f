package org.transcriptpipeline.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.FLOW;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.count;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.soon;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.webhookOf;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.ingest.RunningIngest;
import org.transcriptpipeline.ingest.Twilio;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.ScopedWebhook;
import org.transcriptpipeline.simulator.world.State;

@ExtendWith(OutputCaptureExtension.class)
class FlowAttacherTest {

    private static AttachingIngest running;

    @BeforeAll
    static void start() {
        running = new AttachingIngest(Map.of());
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void aNewConversationGetsTheFlowOnceAndItsFirstMessageReachesIt(CapturedOutput output) {
        var conversation = running.newConversation();

        running.receives(webhookOf(conversation));

        soon().untilAsserted(() -> assertThat(running.world().webhooks(conversation.sid()))
                .singleElement()
                .satisfies(webhook -> {
                    assertThat(webhook.target()).isEqualTo(ScopedWebhook.Target.STUDIO);
                    assertThat(webhook.fields().flowSid()).isEqualTo(FLOW);
                    assertThat(webhook.fields().replayAfter()).isZero();
                }));
        assertThat(running.world().studio().executionsOf(conversation.sid())).hasSize(1);
        soon().until(() -> output.getAll().contains("outcome=\"attached\""));
        assertThat(running.attachments(conversation)).hasSize(1);
        assertThat(output)
                .contains(conversation.sid())
                .doesNotContain(Twilio.TOKEN)
                .doesNotContain("12025550143");
        assertThat(running.health()).contains("\"status\":\"UP\"").contains(FLOW);
    }

    @Test
    void aConversationWithAFlowIsLeftAlone() {
        var before = running.count("present");
        var conversation = running.newConversation();
        var other = ScopedWebhook.Fields.studio(Sids.of("FW", "another flow"), null);
        running.world().attach(conversation.sid(), ScopedWebhook.Target.STUDIO, other);

        running.receives(webhookOf(conversation));

        soon().until(() -> running.count("present") == before + 1);
        assertThat(running.attachments(conversation)).isEmpty();
    }

    @Test
    void aRepeatedWebhookAttachesOnce() {
        var before = running.count("repeated");
        var conversation = running.newConversation();

        running.receives(webhookOf(conversation));
        soon().until(() -> !running.attachments(conversation).isEmpty());
        var webhook = running.world().webhooks(conversation.sid()).getFirst();
        running.world().detach(conversation.sid(), webhook.sid()); // a list that does not show it yet
        running.receives(webhookOf(conversation).with("RetryCount", "1"));

        soon().until(() -> running.count("repeated") == before + 1);
        assertThat(running.attachments(conversation)).hasSize(1);
    }

    @Test
    void aClosedConversationGetsNoFlow() {
        var before = running.count("closed");
        var known = running.newConversation();
        var found = running.newConversation();
        running.world().changeState(found.sid(), State.CLOSED, Origin.REST);

        running.receives(webhookOf(known).with("State", "closed"));
        running.receives(webhookOf(found));

        soon().until(() -> running.count("closed") >= before + 1);
        assertThat(running.attachments(found)).isEmpty();
    }

    @Test
    void aConversationThatIsGoneGetsNoFlow() {
        var before = running.count("gone");
        var conversation = running.newConversation();
        running.world().removeConversation(conversation.sid(), Origin.REST);

        running.receives(webhookOf(conversation));

        soon().until(() -> running.count("gone") == before + 1);
        assertThat(running.attachments(conversation)).isEmpty();
    }

    @Test
    void whatIsOldOrYetToComeOrCameByNoWebhookAsksNothing() {
        var conversation = running.newConversation();
        running.twilio().forgetRequests();
        var before = running.count("too_old");
        var now = Instant.now();

        publish(
                added(conversation, Twilio.ACCOUNT, SourceKind.WEBHOOK, now.minus(Duration.ofMinutes(5))),
                added(conversation, Twilio.ACCOUNT, SourceKind.WEBHOOK, now.plus(Duration.ofMinutes(2))),
                added(conversation, Twilio.ACCOUNT, SourceKind.REST, now),
                added(conversation, Twilio.ACCOUNT, SourceKind.EVENT_STREAM, now));

        soon().until(() -> running.count("too_old") == before + 2);
        var after = running.newConversation(); // behind all of them where it shares their partition
        running.receives(webhookOf(after));
        soon().until(() -> running.attachments(after).size() == 1);
        assertThat(running.twilio().requests())
                .noneMatch(request -> request.path().contains(conversation.sid()));
    }

    @Test
    void anAccountWithoutASecretIsCounted() {
        var before = running.count("no_account");

        publish(added(running.newConversation(), Sids.account("somebody else's"), SourceKind.WEBHOOK, Instant.now()));

        soon().until(() -> running.count("no_account") == before + 1);
    }

    @Test
    @Tag("O4")
    void readingEverythingAgainChangesNothing() {
        var conversation = running.newConversation();
        running.receives(webhookOf(conversation));
        soon().until(() -> running.attachments(conversation).size() == 1);
        running.twilio().forgetRequests();

        var settings = running.settings(Map.of("transcripts.flow.consumer-group", "another-group"));
        var again = RunningIngest.startOn(running.ingest().broker(), settings);
        try {
            soon().until(() -> count(again, "present") >= 1);
        } finally {
            again.stopService();
        }

        assertThat(running.attachments(conversation)).isEmpty();
    }

    private static ConversationAdded added(
            Conversation conversation, String accountSid, SourceKind kind, Instant receivedAt) {
        var source = new Source(
                kind,
                Sids.of("", kind, receivedAt),
                accountSid,
                receivedAt,
                null,
                null,
                null,
                "onConversationAdded",
                null,
                null,
                new byte[0],
                List.of());
        var fields = new org.transcriptpipeline.event.ConversationFields(
                conversation.serviceSid(), null, null, null, null, "active", null, null, null, null);
        return new ConversationAdded(conversation.sid(), fields, source);
    }

    private static void publish(ConversationAdded... events) {
        var properties = new Properties();
        properties.put("bootstrap.servers", running.ingest().broker().bootstrapServers());
        var records = new EventRecords(new EventCodec());
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            for (var event : events) {
                producer.send(records.of(event));
            }
        }
    }
}
