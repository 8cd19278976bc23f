package org.transcriptpipeline.simulator.rest;

import org.transcriptpipeline.simulator.world.ConversationService;
import org.transcriptpipeline.simulator.world.Settings;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Services, the account's configuration and its webhooks.
final class ConfigurationApi {

    private static final String HOST = ConversationsApi.HOST;
    private static final String ROOT = "https://" + HOST + "/v1";
    private static final String ACCOUNT = "account";

    private final TwilioWorld world;
    private final Settings settings;
    private final Documents webhooks = new Documents();
    private final Documents serviceConfigurations = new Documents();

    ConfigurationApi(TwilioWorld world, Router router) {
        this.world = world;
        this.settings = world.settings();
        router.get(HOST, "/v1/Configuration", _ -> Reply.ok(configuration()))
                .post(HOST, "/v1/Configuration", this::updateConfiguration)
                .get(HOST, "/v1/Configuration/Webhooks", _ -> Reply.ok(webhooks.get(ACCOUNT, this::accountWebhooks)))
                .post(HOST, "/v1/Configuration/Webhooks", this::updateAccountWebhooks)
                .get(HOST, "/v1/Services", this::services)
                .post(HOST, "/v1/Services", this::createService)
                .get(HOST, "/v1/Services/{service}", call -> Reply.ok(json(service(call))))
                .delete(HOST, "/v1/Services/{service}", this::removeService)
                .get(HOST, "/v1/Services/{service}/Configuration", call -> Reply.ok(serviceConfiguration(call)))
                .post(HOST, "/v1/Services/{service}/Configuration", this::updateServiceConfiguration)
                .get(HOST, "/v1/Services/{service}/Configuration/Webhooks", call -> Reply.ok(serviceWebhooks(call)))
                .post(HOST, "/v1/Services/{service}/Configuration/Webhooks", this::updateServiceWebhooks);
    }

    private ObjectNode configuration() {
        var inactive = settings.defaultInactiveTimer();
        var closed = settings.defaultClosedTimer();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("account_sid", world.accountSid())
                .put("default_chat_service_sid", settings.defaultServiceSid())
                .put("default_messaging_service_sid", settings.defaultMessagingServiceSid())
                .put("default_inactive_timer", inactive == null ? null : inactive.toString())
                .put("default_closed_timer", closed == null ? null : closed.toString())
                .put("url", ROOT + "/Configuration");
        body.putObject("links")
                .put("service", ROOT + "/Services/" + settings.defaultServiceSid() + "/Configuration")
                .put("webhooks", ROOT + "/Configuration/Webhooks");
        return body;
    }

    private Reply updateConfiguration(Call call) {
        settings.change(
                call.form("DefaultChatServiceSid"),
                call.form("DefaultMessagingServiceSid"),
                Dates.duration(call.form("DefaultInactiveTimer"), "DefaultInactiveTimer"),
                Dates.duration(call.form("DefaultClosedTimer"), "DefaultClosedTimer"));
        return Reply.ok(configuration());
    }

    private ObjectNode accountWebhooks() {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("account_sid", world.accountSid())
                .putNull("pre_webhook_url")
                .putNull("post_webhook_url")
                .put("method", "POST")
                .put("target", "webhook")
                .put("url", ROOT + "/Configuration/Webhooks");
        body.putArray("filters");
        return body;
    }

    private Reply updateAccountWebhooks(Call call) {
        var changed = Documents.changed(webhooks.get(ACCOUNT, this::accountWebhooks), call);
        return Reply.ok(webhooks.put(ACCOUNT, changed));
    }

    private ObjectNode serviceWebhooks(Call call) {
        var sid = service(call).sid();
        return webhooks.get(sid, () -> {
            var body = JsonNodeFactory.instance
                    .objectNode()
                    .put("account_sid", world.accountSid())
                    .put("chat_service_sid", sid)
                    .putNull("pre_webhook_url")
                    .putNull("post_webhook_url")
                    .put("method", "POST")
                    .put("url", ROOT + "/Services/" + sid + "/Configuration/Webhooks");
            body.putArray("filters");
            return body;
        });
    }

    private Reply updateServiceWebhooks(Call call) {
        return Reply.ok(webhooks.put(service(call).sid(), Documents.changed(serviceWebhooks(call), call)));
    }

    private ObjectNode serviceConfiguration(Call call) {
        var sid = service(call).sid();
        return serviceConfigurations.get(sid, () -> {
            var url = ROOT + "/Services/" + sid + "/Configuration";
            var body = JsonNodeFactory.instance
                    .objectNode()
                    .put("chat_service_sid", sid)
                    .put("default_conversation_creator_role_sid", serviceConfigurations.sid("RL", sid))
                    .put("default_conversation_role_sid", serviceConfigurations.sid("RL", sid))
                    .put("default_chat_service_role_sid", serviceConfigurations.sid("RL", sid))
                    .put("reachability_enabled", false)
                    .put("url", url);
            body.putObject("links").put("notifications", url + "/Notifications").put("webhooks", url + "/Webhooks");
            return body;
        });
    }

    private Reply updateServiceConfiguration(Call call) {
        var changed = Documents.changed(serviceConfiguration(call), call);
        return Reply.ok(serviceConfigurations.put(service(call).sid(), changed));
    }

    private Reply services(Call call) {
        var all = settings.services();
        return Paging.<ConversationService>counted("services", 50, 100, this::json)
                .page(call, all);
    }

    private Reply createService(Call call) {
        return Reply.created(json(settings.createService(call.required("FriendlyName"))));
    }

    private Reply removeService(Call call) {
        settings.removeService(service(call).sid());
        return Reply.REMOVED;
    }

    private ConversationService service(Call call) {
        return settings.service(call.variable("service"));
    }

    private ObjectNode json(ConversationService service) {
        var url = ROOT + "/Services/" + service.sid();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", service.sid())
                .put("account_sid", world.accountSid())
                .put("friendly_name", service.friendlyName())
                .put("date_created", Dates.iso(service.dateCreated()))
                .put("date_updated", Dates.iso(service.dateCreated()))
                .put("url", url);
        body.putObject("links")
                .put("conversations", url + "/Conversations")
                .put("users", url + "/Users")
                .put("roles", url + "/Roles")
                .put("bindings", url + "/Bindings")
                .put("configuration", url + "/Configuration")
                .put("participant_conversations", url + "/ParticipantConversations")
                .put("conversation_with_participants", url + "/ConversationWithParticipants");
        return body;
    }
}
