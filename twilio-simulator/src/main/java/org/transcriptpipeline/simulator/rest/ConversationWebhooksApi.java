package org.transcriptpipeline.simulator.rest;

import java.util.List;
import java.util.Locale;
import org.transcriptpipeline.simulator.world.ScopedWebhook;
import org.transcriptpipeline.simulator.world.ScopedWebhook.Target;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Webhooks of single conversations; one of target `studio` attaches a flow.
final class ConversationWebhooksApi {

    private static final String HOST = ConversationsApi.HOST;

    private final TwilioWorld world;

    ConversationWebhooksApi(TwilioWorld world, Router router) {
        this.world = world;
        for (var root : List.of("/v1", "/v1/Services/{service}")) {
            var all = root + "/Conversations/{conversation}/Webhooks";
            router.get(HOST, all, this::list)
                    .post(HOST, all, this::create)
                    .get(HOST, all + "/{webhook}", call -> Reply.ok(json(call, existing(call))))
                    .post(HOST, all + "/{webhook}", this::update)
                    .delete(HOST, all + "/{webhook}", this::remove);
        }
    }

    private Reply list(Call call) {
        var all = world.webhooks(conversationSid(call));
        return Paging.<ScopedWebhook>counted("webhooks", 5, 5, w -> json(call, w))
                .page(call, all);
    }

    private Reply create(Call call) {
        Target target;
        try {
            target = Target.valueOf(call.required("Target").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw TwilioRefusal.badRequest("Target is one of webhook, trigger, studio");
        }
        if (target == Target.STUDIO) {
            call.required("Configuration.FlowSid");
        } else {
            call.required("Configuration.Url");
        }
        return Reply.created(json(call, world.attach(conversationSid(call), target, fields(call))));
    }

    private Reply update(Call call) {
        if (call.form("Configuration.ReplayAfter") != null) {
            throw TwilioRefusal.badRequest("Configuration.ReplayAfter is taken on creation only");
        }
        var changed = world.updateWebhook(conversationSid(call), existing(call).sid(), fields(call));
        return Reply.ok(json(call, changed));
    }

    private Reply remove(Call call) {
        world.detach(conversationSid(call), existing(call).sid());
        return Reply.REMOVED;
    }

    private static ScopedWebhook.Fields fields(Call call) {
        return new ScopedWebhook.Fields(
                call.form("Configuration.Url"),
                call.form("Configuration.Method"),
                call.all("Configuration.Filters"),
                call.all("Configuration.Triggers"),
                call.form("Configuration.FlowSid"),
                call.number("Configuration.ReplayAfter"));
    }

    private String conversationSid(Call call) {
        return ConversationsApi.conversation(world, call).sid();
    }

    private ScopedWebhook existing(Call call) {
        var sid = call.variable("webhook");
        return world.webhooks(conversationSid(call)).stream()
                .filter(w -> w.sid().equals(sid))
                .findFirst()
                .orElseThrow(() -> TwilioRefusal.notFound(sid));
    }

    private ObjectNode json(Call call, ScopedWebhook webhook) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", webhook.sid())
                .put("account_sid", world.accountSid())
                .put("conversation_sid", webhook.conversationSid())
                .put("target", webhook.target().name().toLowerCase(Locale.ROOT))
                .put("date_created", Dates.iso(webhook.dateCreated()))
                .put("date_updated", Dates.iso(webhook.dateUpdated()))
                .put(
                        "url",
                        ConversationsApi.base(call) + "/Conversations/" + webhook.conversationSid() + "/Webhooks/"
                                + webhook.sid());
        var fields = webhook.fields();
        var configuration = body.putObject("configuration");
        switch (webhook.target()) {
            case STUDIO -> {
                configuration.put("flow_sid", fields.flowSid());
                if (fields.replayAfter() != null) {
                    configuration.put("replay_after", fields.replayAfter());
                }
            }
            case WEBHOOK -> {
                configuration.put("url", fields.url()).put("method", fields.method());
                fields.filters().forEach(configuration.putArray("filters")::add);
            }
            case TRIGGER -> {
                configuration.put("url", fields.url()).put("method", fields.method());
                fields.triggers().forEach(configuration.putArray("triggers")::add);
            }
        }
        var service = call.optionalVariable("service");
        return service == null ? body : body.put("chat_service_sid", service);
    }
}
