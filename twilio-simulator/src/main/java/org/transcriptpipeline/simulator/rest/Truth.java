package org.transcriptpipeline.simulator.rest;

import java.util.Locale;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The whole world as JSON, for somebody who compares a store with it: more than Twilio would say.
final class Truth {

    private Truth() {}

    static ObjectNode of(TwilioWorld world) {
        var root = JsonMapper.shared().createObjectNode().put("account_sid", world.accountSid());
        var conversations = root.putArray("conversations");
        for (var conversation : world.conversations()) {
            var node = conversations
                    .addObject()
                    .put("sid", conversation.sid())
                    .put("service_sid", conversation.serviceSid())
                    .put("state", conversation.state().wire())
                    .put("date_created", conversation.dateCreated().toString());
            var participants = node.putArray("participants");
            for (var participant : world.participants(conversation.sid())) {
                participants
                        .addObject()
                        .put("sid", participant.sid())
                        .put("identity", participant.identity())
                        .put("address", participant.address());
            }
            messages(world, conversation.sid(), node);
            var executions = node.putArray("executions");
            for (var execution : world.studio().executionsOf(conversation.sid())) {
                executions
                        .addObject()
                        .put("sid", execution.sid())
                        .put("flow_sid", execution.flowSid())
                        .put("status", execution.status());
            }
        }
        var removals = root.putArray("removals");
        for (var removal : world.removals()) {
            removals.addObject()
                    .put("sid", removal.sid())
                    .put("conversation_sid", removal.conversationSid())
                    .put("at", removal.at().toString());
        }
        return root;
    }

    private static void messages(TwilioWorld world, String conversationSid, ObjectNode node) {
        var messages = node.putArray("messages");
        for (var message : world.messages(conversationSid)) {
            var row = messages.addObject()
                    .put("sid", message.sid())
                    .put("index", message.index())
                    .put("author", message.author())
                    .put("participant_sid", message.participantSid())
                    .put("body", message.body())
                    .put("attributes", message.attributes())
                    .put("media_count", message.media().size())
                    .put("date_created", message.dateCreated().toString())
                    .put(
                            "date_updated",
                            message.dateUpdated() == null
                                    ? null
                                    : message.dateUpdated().toString())
                    .put("origin", message.origin().name().toLowerCase(Locale.ROOT))
                    .put("announcement", message.announcement().name().toLowerCase(Locale.ROOT));
            var receipts = row.putArray("receipts");
            for (var receipt : world.receipts(message.sid())) {
                receipts.addObject()
                        .put("sid", receipt.sid())
                        .put("channel_message_sid", receipt.channelMessageSid())
                        .put(
                                "status",
                                receipt.status() == null
                                        ? null
                                        : receipt.status().wire())
                        .put("error_code", receipt.errorCode());
            }
        }
    }
}
