package org.transcriptpipeline.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.ingest.RunningIngest;
import org.transcriptpipeline.ingest.SignedWebhook;
import org.transcriptpipeline.ingest.Twilio;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.RecordedRequest;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.ConversationFields;
import org.transcriptpipeline.simulator.world.MessageFields;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// The service with a flow to attach, beside a Twilio whose world is known.
final class AttachingIngest implements AutoCloseable {

    static final String FLOW = Sids.of("FW", "the flow");

    private final TwilioWorld world = new TwilioWorld(Twilio.ACCOUNT, 19, Clock.systemUTC());
    private final RestStandIn twilio = new RestStandIn(world, Twilio.TOKEN);
    private final RunningIngest ingest;

    AttachingIngest(Map<String, String> settings) {
        ingest = RunningIngest.startWith(settings(settings));
    }

    /// On a broker that somebody else closes.
    AttachingIngest(EmbeddedKafkaBroker broker, Map<String, String> settings) {
        ingest = RunningIngest.startOn(broker, settings(settings));
    }

    Map<String, String> settings(Map<String, String> more) {
        var settings = new HashMap<>(Map.of(
                "transcripts.flow.sid",
                FLOW,
                "transcripts.twilio.base-url",
                twilio.baseUrl().toString(),
                "logging.level.org.transcriptpipeline.ingest.flow",
                "info"));
        settings.putAll(more);
        return settings;
    }

    TwilioWorld world() {
        return world;
    }

    RestStandIn twilio() {
        return twilio;
    }

    RunningIngest ingest() {
        return ingest;
    }

    /// A conversation with one message of a customer, in a service that is not the default one.
    Conversation newConversation() {
        var service = world.settings().createService("Support");
        var conversation = world.createConversation(service.sid(), ConversationFields.NONE, Origin.REST);
        world.byRest(conversation.sid(), MessageFields.of("+12025550143", "hello"), Origin.REST);
        return conversation;
    }

    static SignedWebhook webhookOf(Conversation conversation) {
        return SignedWebhook.event("onConversationAdded")
                .with("ConversationSid", conversation.sid())
                .with("ChatServiceSid", conversation.serviceSid())
                .with("State", "active");
    }

    void receives(SignedWebhook webhook) {
        assertThat(ingest.post(webhook).statusCode()).isEqualTo(204);
    }

    /// Requests that attach something to this conversation, refused ones too.
    List<RecordedRequest> attachments(Conversation conversation) {
        return twilio.changingCalls().stream()
                .filter(request -> request.path().contains(conversation.sid()))
                .toList();
    }

    double count(String outcome) {
        return count(ingest, outcome);
    }

    static double count(RunningIngest ingest, String outcome) {
        return ingest.metric("transcripts_flow_attachments_total{outcome=\"" + outcome + "\"}");
    }

    String health() {
        return ingest.management("/actuator/health/flow").body();
    }

    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }

    @Override
    public void close() {
        ingest.close();
        twilio.close();
    }
}
