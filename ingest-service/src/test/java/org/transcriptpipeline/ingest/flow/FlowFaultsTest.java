package org.transcriptpipeline.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.count;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.soon;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.webhookOf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.ingest.RunningIngest;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.world.Conversation;

/// Twilio or Kafka fail at every step; a flow is attached once or not at all.
class FlowFaultsTest {

    private static final String GROUP = "transcripts-flow-attacher";
    private static final String WEBHOOKS = "/Webhooks$";
    /// For a fault to be had by the request behind the list of webhooks.
    private static final Fault NO_FAULT = new Fault.Late(Duration.ZERO);

    @TempDir
    private static Path directory;

    private static EmbeddedKafkaBroker broker;
    private static AttachingIngest running;

    @BeforeAll
    static void start() {
        broker = EmbeddedKafkaBroker.start(directory, 0);
        running = new AttachingIngest(broker, Map.of());
        soon().until(() -> members() == 1);
    }

    @AfterAll
    static void stop() {
        running.ingest().stopService();
        running.twilio().close();
        broker.close();
    }

    @AfterEach
    void answerNormally() {
        running.twilio().answersNormally();
    }

    @Test
    void whileTwilioIsAwayItWaitsAndAttachesWhenTwilioIsBack() {
        var conversation = running.newConversation();
        running.twilio().away();
        running.receives(webhookOf(conversation));
        soon().until(() -> running.health().contains("Twilio does not answer"));
        assertThat(running.health()).contains("OUT_OF_SERVICE");

        running.twilio().back();

        soon().until(() -> running.attachments(conversation).size() == 1);
        soon().until(() -> running.health().contains("\"UP\""));
        assertThat(readiness()).contains("\"UP\"").doesNotContain("flow");
    }

    @Test
    void anAttachmentThatFailsIsAskedForOnceAndUncertain() {
        var before = running.count("uncertain");
        var conversation = running.newConversation();
        running.twilio().answersWith(NO_FAULT, WEBHOOKS, 1);
        running.twilio().answersWith(Fault.status(500), WEBHOOKS, 1);

        running.receives(webhookOf(conversation));

        soon().until(() -> running.count("uncertain") == before + 1);
        assertThat(running.attachments(conversation)).hasSize(1);
        assertThat(running.world().webhooks(conversation.sid())).isEmpty();
    }

    @Test
    void anAttachmentWhoseAnswerIsLostIsFoundByALaterLook() {
        var before = running.count("attached");
        var conversation = running.newConversation();
        running.twilio().answersWith(NO_FAULT, WEBHOOKS, 1);
        running.twilio().answersWith(new Fault.Reset(), WEBHOOKS, 1);

        running.receives(webhookOf(conversation));

        soon().until(() -> running.count("attached") == before + 1);
        assertThat(running.attachments(conversation)).hasSize(1);
        assertThat(running.world().webhooks(conversation.sid())).hasSize(1);
    }

    @Test
    void whatTwilioDeclinesIsNotAskedForAgain() {
        var before = running.count("refused");
        var conversation = running.newConversation();
        running.twilio().answersWith(NO_FAULT, WEBHOOKS, 1);
        running.twilio().answersWith(Fault.status(400), WEBHOOKS, 1);

        running.receives(webhookOf(conversation));

        soon().until(() -> running.count("refused") == before + 1);
        assertThat(running.attachments(conversation)).hasSize(1);
    }

    @Test
    void withoutACommittedPositionNothingIsAttached() {
        var conversation = running.newConversation();
        running.twilio().answersWith(new Fault.Late(Duration.ofSeconds(6)), WEBHOOKS, 1);
        running.receives(webhookOf(conversation));
        soon().until(() -> hasBeenListed(conversation, 1));

        broker.stop();
        try {
            soon().until(() -> running.health().contains("position cannot be committed"));
            assertThat(running.attachments(conversation)).isEmpty();
        } finally {
            broker.restart();
        }

        soon().until(() -> running.attachments(conversation).size() == 1);
        soon().until(() -> running.health().contains("\"UP\""));
        assertThat(running.attachments(conversation)).hasSize(1);
    }

    @Test
    void whatWasLookedAtIsForgottenWhenTheGroupTakesItAway() throws Exception {
        var before = running.count("attached");
        var conversation = running.newConversation();
        running.twilio().answersWith(new Fault.Late(Duration.ofSeconds(4)), WEBHOOKS, 1);
        running.receives(webhookOf(conversation));
        soon().until(() -> hasBeenListed(conversation, 1));

        try (var admin = admin()) {
            admin.removeMembersFromConsumerGroup(GROUP, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        }

        soon().until(() -> running.count("attached") == before + 1);
        assertThat(hasBeenListed(conversation, 2)).isTrue();
        assertThat(running.attachments(conversation)).hasSize(1);
    }

    @Test
    void twoInstancesAttachEachFlowOnce() {
        var other = RunningIngest.startOn(broker, running.settings(Map.of()));
        try {
            soon().until(() -> members() == 2);
            var before = running.count("attached");
            var conversations = new ArrayList<Conversation>();
            for (int i = 0; i < 20; i++) {
                var conversation = running.newConversation();
                conversations.add(conversation);
                running.receives(webhookOf(conversation));
                assertThat(other.post(webhookOf(conversation).with("RetryCount", "1"))
                                .statusCode())
                        .isEqualTo(204);
            }

            soon().until(() -> running.count("attached") - before + count(other, "attached") == 20);
            soon().until(() -> conversations.stream()
                    .allMatch(c -> running.world().webhooks(c.sid()).size() == 1));
            assertThat(count(other, "attached")).isBetween(1.0, 19.0);
            assertThat(conversations)
                    .allSatisfy(c -> assertThat(running.attachments(c)).hasSize(1));
        } finally {
            other.stopService();
        }
    }

    private static boolean hasBeenListed(Conversation conversation, int times) {
        return running.twilio().requests().stream()
                        .filter(request -> request.method().equals("GET"))
                        .filter(request -> request.path().endsWith(conversation.sid() + "/Webhooks"))
                        .count()
                >= times;
    }

    private static String readiness() {
        return running.ingest().management("/actuator/health/readiness").body();
    }

    /// How many members have partitions.
    private static long members() throws Exception {
        try (var admin = admin()) {
            return admin.describeConsumerGroups(List.of(GROUP)).describedGroups().get(GROUP).get().members().stream()
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .count();
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
