package org.transcriptpipeline.simulator.rest;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Binding;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.Participant;
import org.transcriptpipeline.simulator.world.ParticipantFields;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Participants of a conversation, and which conversations a participant has.
final class ParticipantsApi {

    private static final String HOST = ConversationsApi.HOST;

    private final TwilioWorld world;

    ParticipantsApi(TwilioWorld world, Router router) {
        this.world = world;
        for (var root : List.of("/v1", "/v1/Services/{service}")) {
            var one = root + "/Conversations/{conversation}";
            router.get(HOST, one + "/Participants", this::participants)
                    .post(HOST, one + "/Participants", this::addParticipant)
                    .get(HOST, one + "/Participants/{participant}", this::participant)
                    .post(HOST, one + "/Participants/{participant}", this::updateParticipant)
                    .delete(HOST, one + "/Participants/{participant}", this::removeParticipant)
                    .get(HOST, root + "/ParticipantConversations", this::participantConversations);
        }
    }

    private Reply participants(Call call) {
        var all = world.participants(conversationSid(call));
        return Paging.<Participant>counted("participants", 50, 100, p -> json(call, p))
                .page(call, all);
    }

    private Reply participant(Call call) {
        return Reply.ok(json(call, existing(call)));
    }

    private String conversationSid(Call call) {
        return ConversationsApi.conversation(world, call).sid();
    }

    private Participant existing(Call call) {
        var sid = call.variable("participant");
        return world.participants(conversationSid(call)).stream()
                .filter(p -> p.sid().equals(sid))
                .findFirst()
                .orElseThrow(() -> TwilioRefusal.notFound(sid));
    }

    private Reply addParticipant(Call call) {
        var fields = participantFields(call);
        if (fields.identity() == null && fields.binding() == null) {
            throw TwilioRefusal.badRequest("Identity or MessagingBinding.Address is required");
        }
        var made = world.addParticipant(conversationSid(call), fields, call.origin());
        return Reply.created(json(call, made));
    }

    private Reply updateParticipant(Call call) {
        var fields = participantFields(call);
        var changed =
                world.updateParticipant(conversationSid(call), existing(call).sid(), fields, call.origin());
        return Reply.ok(json(call, changed));
    }

    private Reply removeParticipant(Call call) {
        world.removeParticipant(conversationSid(call), existing(call).sid(), call.origin());
        return Reply.REMOVED;
    }

    private static ParticipantFields participantFields(Call call) {
        var address = call.form("MessagingBinding.Address");
        var proxy = call.form("MessagingBinding.ProxyAddress");
        var projected = call.form("MessagingBinding.ProjectedAddress");
        return new ParticipantFields(
                call.form("Identity"),
                address == null && projected == null ? null : new Binding(address, proxy, projected),
                call.form("Attributes"),
                call.form("RoleSid"),
                call.number("LastReadMessageIndex"));
    }

    /// @param conversation one that the participant is in
    private record Membership(Conversation conversation, Participant participant) {}

    private Reply participantConversations(Call call) {
        var address = call.query("Address");
        var identity = call.query("Identity");
        if ((address == null) == (identity == null)) {
            throw TwilioRefusal.badRequest("Exactly one of Address and Identity is required");
        }
        var service = ConversationsApi.service(world, call);
        var rows = world.conversations().stream()
                .filter(c -> c.serviceSid().equals(service))
                .flatMap(c -> world.participants(c.sid()).stream().map(p -> new Membership(c, p)))
                .filter(m -> address == null
                        ? m.participant().identity() != null
                                && m.participant().identity().equals(identity)
                        : address.equals(m.participant().address()))
                .toList();
        return new Paging<Membership>(
                        "conversations", 50, 50, (m, _) -> m.conversation().ordinal(), m -> json(call, m))
                .page(call, rows);
    }

    private ObjectNode json(Call call, Membership membership) {
        var conversation = membership.conversation();
        var participant = membership.participant();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("account_sid", world.accountSid())
                .put("chat_service_sid", conversation.serviceSid())
                .put("participant_sid", participant.sid())
                .putNull("participant_user_sid")
                .put("participant_identity", participant.identity())
                .put("conversation_sid", conversation.sid())
                .put("conversation_unique_name", conversation.uniqueName())
                .put("conversation_friendly_name", conversation.friendlyName())
                .put("conversation_attributes", conversation.attributes())
                .put("conversation_date_created", Dates.iso(conversation.dateCreated()))
                .put("conversation_date_updated", Dates.iso(conversation.dateUpdated()))
                .put("conversation_created_by", "system")
                .put("conversation_state", conversation.state().wire());
        body.set("participant_messaging_binding", binding(participant.binding()));
        body.set("conversation_timers", ConversationsApi.timers(conversation));
        body.putObject("links")
                .put("conversation", ConversationsApi.base(call) + "/Conversations/" + conversation.sid())
                .put(
                        "participant",
                        ConversationsApi.base(call) + "/Conversations/" + conversation.sid() + "/Participants/"
                                + participant.sid());
        return body;
    }

    private ObjectNode json(Call call, Participant participant) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", participant.sid())
                .put("account_sid", world.accountSid())
                .put("conversation_sid", participant.conversationSid())
                .put("identity", participant.identity())
                .put("attributes", participant.attributes())
                .put("role_sid", participant.roleSid())
                .put("last_read_message_index", participant.lastReadMessageIndex())
                .putNull("last_read_timestamp")
                .put("date_created", Dates.iso(participant.dateCreated()))
                .put("date_updated", Dates.iso(participant.dateUpdated()))
                .put(
                        "url",
                        ConversationsApi.base(call) + "/Conversations/" + participant.conversationSid()
                                + "/Participants/" + participant.sid());
        body.set("messaging_binding", binding(participant.binding()));
        if (call.optionalVariable("service") != null) {
            body.put("chat_service_sid", call.variable("service"));
        }
        return body;
    }

    private static @Nullable ObjectNode binding(@Nullable Binding binding) {
        return binding == null
                ? null
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("type", binding.type())
                        .put("address", binding.address())
                        .put("proxy_address", binding.proxyAddress())
                        .put("projected_address", binding.projectedAddress());
    }
}
