package org.transcriptpipeline.simulator.rest;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.ConversationFields;
import org.transcriptpipeline.simulator.world.State;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Conversations.
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
                    .delete(HOST, one, this::remove);
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

    /// Due dates, not durations; from the last change here, from the last activity at Twilio as far as known.
    static ObjectNode timers(Conversation conversation) {
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
