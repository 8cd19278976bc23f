package org.transcriptpipeline.simulator;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Binding;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.Execution;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.Participant;
import org.transcriptpipeline.simulator.world.WorldEvent;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The event that Twilio's Event Streams has for a happening (/docs/events/event-types). Documented samples exist of
/// what was added, of a conversation's state and of executions; what was changed or removed has the same keys here,
/// and the date of it.
final class CloudEvents {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> MESSAGE_STATUSES =
            Set.of("queued", "sent", "delivered", "failed", "undelivered", "read");

    private CloudEvents() {}

    /// @return null for what no stream tells, deliveries of conversations among it
    static @Nullable ObjectNode of(String accountSid, WorldEvent event) {
        var data = JSON.createObjectNode().put("AccountSid", accountSid);
        return switch (event) {
            case WorldEvent.ConversationAdded e -> {
                conversation(data, e.conversation());
                if (!e.bindings().isEmpty()) {
                    data.set("MessagingBinding", binding(e.bindings().getFirst()));
                }
                yield told(e, "conversation.added", "ConversationAdded/1", data);
            }
            case WorldEvent.ConversationUpdated e ->
                told(
                        e,
                        "conversation.updated",
                        "ConversationUpdated/1",
                        conversation(data, e.conversation()).put("DateUpdated", Form.time(e.at())));
            case WorldEvent.ConversationRemoved e ->
                told(
                        e,
                        "conversation.removed",
                        "ConversationRemoved/1",
                        conversation(data, e.conversation()).put("DateRemoved", Form.time(e.at())));
            case WorldEvent.StateUpdated e ->
                told(
                        e,
                        "conversation-state.updated",
                        "ConversationStateUpdated/1",
                        data.put("ConversationSid", e.conversation().sid())
                                .put("StateFrom", e.from().wire())
                                .put("StateTo", e.to().wire())
                                .put("StateUpdated", Form.time(e.at()))
                                .put("Reason", e.reason().name())
                                .put("MessagingServiceSid", e.conversation().messagingServiceSid()));
            case WorldEvent.ParticipantAdded e ->
                told(e, "participant.added", "ParticipantAdded/1", participant(data, e.participant()));
            case WorldEvent.ParticipantUpdated e ->
                told(
                        e,
                        "participant.updated",
                        "ParticipantUpdated/1",
                        participant(data, e.participant()).put("DateUpdated", Form.time(e.at())));
            case WorldEvent.ParticipantRemoved e ->
                told(
                        e,
                        "participant.removed",
                        "ParticipantRemoved/1",
                        participant(data, e.participant()).put("DateRemoved", Form.time(e.at())));
            case WorldEvent.MessageAdded e ->
                told(e, "message.added", "MessageAdded/2", message(data, e.conversation(), e.message()));
            case WorldEvent.MessageUpdated e ->
                told(
                        e,
                        "message.updated",
                        "MessageUpdated/2",
                        message(data, e.conversation(), e.message()).put("DateUpdated", Form.time(e.at())));
            case WorldEvent.MessageRemoved e ->
                told(
                        e,
                        "message.removed",
                        "MessageRemoved/2",
                        message(data, e.conversation(), e.message()).put("DateRemoved", Form.time(e.at())));
            case WorldEvent.MessageStatus e ->
                MESSAGE_STATUSES.contains(e.status())
                        ? envelope(
                                e,
                                "com.twilio.messaging.message." + e.status(),
                                "Messaging.MessageStatus/8",
                                status(accountSid, e))
                        : null;
            case WorldEvent.ExecutionStarted e ->
                envelope(
                        e,
                        "com.twilio.studio.flow.execution.started",
                        "Studio.FlowExecutionEvent/2",
                        execution(accountSid, e.execution()));
            case WorldEvent.ExecutionEnded e ->
                envelope(
                        e,
                        "com.twilio.studio.flow.execution.ended",
                        "Studio.FlowExecutionEvent/2",
                        execution(accountSid, e.execution())
                                .put("ended_reason", e.execution().endedReason()));
            case WorldEvent.DeliveryUpdated _, WorldEvent.FlowCalled _ -> null;
        };
    }

    /// Whether a stream has what a REST call did without asking for a webhook is not documented: here it has not.
    private static @Nullable ObjectNode told(WorldEvent event, String type, String schema, ObjectNode data) {
        return event.isAnnounced()
                ? envelope(event, "com.twilio.conversations." + type, "Conversations." + schema, data)
                : null;
    }

    private static ObjectNode envelope(WorldEvent event, String type, String schema, ObjectNode data) {
        var envelope = JSON.createObjectNode()
                .put("specversion", "1.0")
                .put("type", type)
                .put("source", event.subject())
                .put("id", Sids.of("EZ", type, event.subject(), event.at(), data))
                .put("time", Form.time(event.at()))
                .put("dataschema", "https://events-schemas.twilio.com/" + schema)
                .put("datacontenttype", "application/json");
        envelope.set("data", data);
        return envelope;
    }

    private static ObjectNode conversation(ObjectNode data, Conversation conversation) {
        return data.put("ConversationSid", conversation.sid())
                .put("FriendlyName", conversation.friendlyName())
                .put("UniqueName", conversation.uniqueName())
                .put("State", conversation.state().wire())
                .put("DateCreated", Form.time(conversation.dateCreated()))
                .put("MessagingServiceSid", conversation.messagingServiceSid());
    }

    private static ObjectNode participant(ObjectNode data, Participant participant) {
        data.put("ParticipantSid", participant.sid())
                .put("Identity", participant.identity())
                .put("RoleSid", participant.roleSid())
                .put("ConversationSid", participant.conversationSid())
                .put("DateCreated", Form.time(participant.dateCreated()));
        var binding = participant.binding();
        if (binding != null) {
            var node = binding(binding).put("Type", binding.type().toUpperCase(Locale.ROOT));
            data.set("MessagingBinding", node);
        }
        return data;
    }

    private static ObjectNode binding(Binding binding) {
        return JSON.createObjectNode()
                .put("Address", binding.address())
                .put("ProxyAddress", binding.proxyAddress())
                .put("ProjectedAddress", binding.projectedAddress());
    }

    private static ObjectNode message(ObjectNode data, Conversation conversation, Message message) {
        data.put("ConversationSid", message.conversationSid())
                .put("MessageSid", message.sid())
                .put("Index", message.index())
                .put("Author", message.author())
                .put("ParticipantSid", message.participantSid())
                .put("MessageBody", message.body())
                .put("DateCreated", Form.time(message.dateCreated()))
                .put("MessagingServiceSid", conversation.messagingServiceSid());
        var media = data.putArray("Media");
        message.media()
                .forEach(m -> media.addObject()
                        .put("MediaSid", m.sid())
                        .put("Filename", m.filename())
                        .put("ContentType", m.contentType())
                        .put("Size", m.sizeBytes()));
        return data;
    }

    private static ObjectNode status(String accountSid, WorldEvent.MessageStatus e) {
        return JSON.createObjectNode()
                .put("messageSid", e.channelMessageSid())
                .put("timestamp", Form.time(e.at()))
                .put("accountSid", accountSid)
                .put("eventName", "com.twilio.messaging.message." + e.status())
                .put("apiVersion", "2010-04-01")
                .put("from", e.from())
                .put("to", e.to())
                .put("messageStatus", e.status().toUpperCase(Locale.ROOT))
                .put("messagingServiceSid", e.messagingServiceSid())
                .put("errorCode", e.errorCode());
    }

    private static ObjectNode execution(String accountSid, Execution execution) {
        return JSON.createObjectNode()
                .put("execution_sid", execution.sid())
                .put("account_sid", accountSid)
                .put("flow_sid", execution.flowSid())
                .put("contact_channel_address", execution.contactChannelAddress())
                .put("status", execution.status())
                .put("date_created", Form.time(execution.dateCreated()))
                .put("date_updated", Form.time(execution.dateUpdated()))
                .put("started_by", execution.startedBy())
                .put("flow_revision", execution.flowRevision());
    }
}
