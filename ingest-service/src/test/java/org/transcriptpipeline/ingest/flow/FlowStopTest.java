package org.transcriptpipeline.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.soon;
import static org.transcriptpipeline.ingest.flow.AttachingIngest.webhookOf;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.transcriptpipeline.ingest.RunningIngest;

/// Off, given up, or stopped.
class FlowStopTest {

    @Test
    void withoutAFlowNothingIsStarted() throws Exception {
        try (var running = new AttachingIngest(Map.of("transcripts.flow.sid", " "))) {
            running.receives(webhookOf(running.newConversation()));

            assertThatThrownBy(() -> running.ingest().bean(FlowAttacher.class))
                    .isInstanceOf(NoSuchBeanDefinitionException.class);
            assertThat(running.ingest().management("/actuator/health/flow").statusCode())
                    .isEqualTo(404);
            assertThat(groups(running.ingest())).isEmpty();
            assertThat(running.twilio().requests()).isEmpty();
        }
    }

    @Test
    void anAccountThatTwilioDoesNotKnowIsNeverAskedAbout() {
        try (var running = new AttachingIngest(Map.of("transcripts.accounts.default.at-twilio", "false"))) {
            running.receives(webhookOf(running.newConversation()));

            soon().until(() -> running.count("no_account") == 1);
            assertThat(running.twilio().requests()).isEmpty();
            assertThat(running.health()).contains(FlowHealth.NO_ACCOUNT);
        }
    }

    @Test
    void whoseTimeIsUpIsGivenUpAndAskedForNoMore() {
        try (var running = new AttachingIngest(Map.of("transcripts.flow.max-age", "10s"))) {
            var conversation = running.newConversation();
            running.twilio().failsNextWith(503, 1000);
            running.receives(webhookOf(conversation));
            soon().until(() -> running.count("given_up") == 1);

            running.twilio().answersNormally();
            var next = running.newConversation();
            running.receives(webhookOf(next));

            soon().until(() -> running.count("attached") == 1);
            assertThat(running.attachments(conversation)).isEmpty();
        }
    }

    @Test
    void itStopsInSecondsWhileTwilioRefusesItsCredentials() {
        try (var running = new AttachingIngest(Map.of())) {
            running.twilio().failsNextWith(401, 1000);
            running.receives(webhookOf(running.newConversation()));
            soon().until(() -> running.health().contains("refuses our credentials"));

            long start = System.nanoTime();
            running.ingest().bean(FlowAttacher.class).stop();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            assertThat(running.health()).contains("DOWN");
            assertThat(running.twilio().changingCalls()).isEmpty();
        }
    }

    @Test
    void whatWasNotFinishedIsDoneAfterARestart() {
        try (var running = new AttachingIngest(Map.of())) {
            var conversation = running.newConversation();
            running.twilio().failsNextWith(503, 1000);
            running.receives(webhookOf(conversation));
            soon().until(() -> running.health().contains("Twilio does not answer"));

            running.ingest().bean(FlowAttacher.class).stop();
            running.twilio().answersNormally();
            running.ingest().bean(FlowAttacher.class).start();

            soon().until(() -> running.count("attached") == 1);
            assertThat(running.attachments(conversation)).hasSize(1);
        }
    }

    @Test
    void aFlowThatIsNoneAndAnAgeThatIsTooLongAreRefused() {
        assertThatThrownBy(() -> new FlowProperties("FW1", Duration.ofMinutes(5), "group"))
                .hasMessageContaining("STUDIO_FLOW_SID");
        assertThatThrownBy(() -> new FlowProperties(AttachingIngest.FLOW, Duration.ofMinutes(6), "group"))
                .hasMessageContaining("max-age");
    }

    private static java.util.Collection<String> groups(RunningIngest ingest) throws Exception {
        try (var admin =
                Admin.create(Map.of("bootstrap.servers", ingest.broker().bootstrapServers()))) {
            return admin.listGroups().all().get().stream()
                    .map(group -> group.groupId())
                    .toList();
        }
    }
}
