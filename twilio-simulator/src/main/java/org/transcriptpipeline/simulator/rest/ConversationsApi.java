package org.transcriptpipeline.simulator.rest;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Binding;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.ConversationFields;
import org.transcriptpipeline.simulator.world.Participant;
import org.transcriptpipeline.simulator.world.ParticipantFields;
import org.transcriptpipeline.simulator.world.State;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Conversations, their participants, and which conversations a participant has.
final class ConversationsApi {

    static final String HOST = "conversations.twilio.com";

    private final TwilioWorld world;

    ConversationsApi(TwilioWorld world, Router router) {
        this.world = world;
        for (var root : List.of("/v1", "/v1/Services/{service}")) {
            var one = root + "/Conversations/{conversation}";
            router.get(HOST, root + "/Conversations", this::list)
                    .post(HOST, root + "/Conversations", this::create)
                    .get(HOST, one, call -> Reply.ok(json(call, conversation(call))))
                    .post(HOST, one, this::update)
                    .delete(HOST, one, this::remove)
                    .get(HOST, one + "/Participants", this::participants)
                    .post(HOST, one + "/Participants", this::addParticipant)
                    .get(HOST, one + "/Participants/{participant}", this::participant)
                    .post(HOST, one + "/Participants/{participant}", this::updateParticipant)
                    .delete(HOST, one + "/Participants/{participant}", this::removeParticipant)
                    .get(HOST, root + "/ParticipantConversations", this::participantConversations);
        }
    }

    /// Where the resources of this path's service are.
    static String base(Call call) {
        var service = call.optionalVariable("service");
        return "https://" + HOST + "/v1" + (service == null ? "" : "/Services/" + service);
    }

    /// The service of the path; a path without one leads to the default service only.
    static String service(TwilioWorld world, Call call) {
        var service = call.optionalVariable("service");
        return service == null
                ? world.settings().defaultServiceSid()
                : world.settings().service(service).sid();
    }

    /// @throws TwilioRefusal also when it is there, but in another service than the path's
    static Conversation conversation(TwilioWorld world, Call call) {
        var conversation = world.conversation(call.variable("conversation"));
        if (!conversation.serviceSid().equals(service(world, call))) {
            throw TwilioRefusal.notFound(conversation.sid());
        }
        return conversation;
    }

    private Conversation conversation(Call call) {
        return conversation(world, call);
    }

    private Reply list(Call call) {
        var from = Dates.from(call.query("StartDate"), "StartDate");
        var until = Dates.until(call.query("EndDate"), "EndDate");
        var state = state(call.query("State"));
        var service = service(world, call);
        var rows = world.conversations().stream()
                .filter(c -> c.serviceSid().equals(service))
                .filter(c -> state == null || c.state() == state)
                .filter(c -> from == null || !c.dateCreated().isBefore(from))
                .filter(c -> until == null || !c.dateCreated().isAfter(until))
                .toList();
        return new Paging<Conversation>("conversations", 50, 100, (c, _) -> c.ordinal(), c -> json(call, c))
                .page(call, rows);
    }

    private Reply create(Call call) {
        var made = world.createConversation(service(world, call), fields(call), call.origin());
        return Reply.created(json(call, made));
    }

    private Reply update(Call call) {
        var changed = world.updateConversation(conversation(call).sid(), fields(call), call.origin());
        return Reply.ok(json(call, changed));
    }

    private Reply remove(Call call) {
        world.removeConversation(conversation(call).sid(), call.origin());
        return Reply.REMOVED;
    }

    private static ConversationFields fields(Call call) {
        return new ConversationFields(
                call.form("FriendlyName"),
                call.form("UniqueName"),
                call.form("MessagingServiceSid"),
                call.form("Attributes"),
                state(call.form("State")),
                Dates.duration(call.form("Timers.Inactive"), "Timers.Inactive"),
                Dates.duration(call.form("Timers.Closed"), "Timers.Closed"),
                Dates.from(call.form("DateCreated"), "DateCreated"));
    }

    private Reply participants(Call call) {
        var all = world.participants(conversation(call).sid());
        return Paging.<Participant>counted("participants", 50, 100, p -> json(call, p))
                .page(call, all);
    }

    private Reply participant(Call call) {
        return Reply.ok(json(call, existing(call)));
    }

    private Participant existing(Call call) {
        var sid = call.variable("participant");
        return world.participants(conversation(call).sid()).stream()
                .filter(p -> p.sid().equals(sid))
                .findFirst()
                .orElseThrow(() -> TwilioRefusal.notFound(sid));
    }

    private Reply addParticipant(Call call) {
        var fields = participantFields(call);
        if (fields.identity() == null && fields.binding() == null) {
            throw TwilioRefusal.badRequest("Identity or MessagingBinding.Address is required");
        }
        var made = world.addParticipant(conversation(call).sid(), fields, call.origin());
        return Reply.created(json(call, made));
    }

    private Reply updateParticipant(Call call) {
        var fields = participantFields(call);
        var changed =
                world.updateParticipant(conversation(call).sid(), existing(call).sid(), fields, call.origin());
        return Reply.ok(json(call, changed));
    }

    private Reply removeParticipant(Call call) {
        world.removeParticipant(conversation(call).sid(), existing(call).sid(), call.origin());
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
        var service = service(world, call);
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
        body.set("conversation_timers", timers(conversation));
        body.putObject("links")
                .put("conversation", base(call) + "/Conversations/" + conversation.sid())
                .put(
                        "participant",
                        base(call) + "/Conversations/" + conversation.sid() + "/Participants/" + participant.sid());
        return body;
    }

    private ObjectNode json(Call call, Conversation conversation) {
        var url = base(call) + "/Conversations/" + conversation.sid();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", conversation.sid())
                .put("account_sid", world.accountSid())
                .put("chat_service_sid", conversation.serviceSid())
                .put("messaging_service_sid", conversation.messagingServiceSid())
                .put("friendly_name", conversation.friendlyName())
                .put("unique_name", conversation.uniqueName())
                .put("attributes", conversation.attributes())
                .put("state", conversation.state().wire())
                .put("date_created", Dates.iso(conversation.dateCreated()))
                .put("date_updated", Dates.iso(conversation.dateUpdated()));
        body.set("timers", timers(conversation));
        body.putObject("bindings");
        body.put("url", url)
                .putObject("links")
                .put("participants", url + "/Participants")
                .put("messages", url + "/Messages")
                .put("webhooks", url + "/Webhooks");
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
                        base(call) + "/Conversations/" + participant.conversationSid() + "/Participants/"
                                + participant.sid());
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

    /// Due dates, not durations; from the last change here, from the last activity at Twilio as far as known.
    private static ObjectNode timers(Conversation conversation) {
        var timers = JsonNodeFactory.instance.objectNode();
        Instant last = conversation.dateUpdated();
        if (conversation.inactiveTimer() != null) {
            timers.put("date_inactive", Dates.iso(last.plus(conversation.inactiveTimer())));
        }
        if (conversation.closedTimer() != null) {
            timers.put("date_closed", Dates.iso(last.plus(conversation.closedTimer())));
        }
        return timers;
    }

    private static @Nullable State state(@Nullable String text) {
        try {
            return text == null ? null : State.of(text);
        } catch (IllegalArgumentException _) {
            throw TwilioRefusal.badRequest("State is one of initializing, active, inactive, closed");
        }
    }
}
